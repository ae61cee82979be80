"""Imports go one way, and each rule that holds them notices when it is broken."""

from pathlib import Path

import pytest

from tests.architecture.rules import Tree

ROOT = Path(__file__).parents[2]
RULES = ("homeless", "upward", "cycles", "hidden", "flask_outside", "environment_readers")


@pytest.fixture(scope="module")
def product() -> Tree:
    return Tree(ROOT)


@pytest.mark.parametrize("rule", RULES)
def test_the_product_keeps_the_rule(product: Tree, rule: str) -> None:
    assert getattr(product, rule)() == []


def test_the_rules_see_the_whole_product(product: Tree) -> None:
    assert {"widget_server", "widget_server.config", "widget_server.sandbox.app"} <= set(product.modules)
    assert len(product.imports) > 100


@pytest.mark.parametrize(
    ("rule", "file", "source"),
    [
        ("homeless", "utils.py", ""),
        ("upward", "errors.py", "from widget_server import config"),
        ("upward", "model.py", "import widget_server.store.engine"),
        ("upward", "store/engine.py", "from widget_server.sync import worker"),
        ("upward", "store/engine.py", "from ..sync import worker"),
        ("upward", "hub/client.py", "from widget_server.inbox.parsing import parse"),
        ("upward", "connect/tokens.py", "from widget_server import services"),
        ("upward", "services.py", "from widget_server.connect import routes"),
        ("upward", "cli.py", "from widget_server import create_app"),
        ("upward", "console/page.py", "from widget_server.sandbox.hub import Hub"),
        ("upward", "sandbox/hub.py", "from widget_server.errors import WidgetError"),
        ("upward", "demo/stack.py", "from widget_server.sandbox.hub import Hub"),
        ("upward", "cli.py", "from widget_server.demo.stack import Stack"),
        ("cycles", "store/engine.py", "from widget_server.store import engine_parts"),
        ("hidden", "clock.py", "def now():\n    import datetime"),
        ("hidden", "clock.py", "def now():\n    import datetime  # noqa: PLC0415"),
        ("hidden", "clock.py", "if fast:\n    import uvloop"),
        ("upward", "model.py", "def f():\n    import widget_server.store.engine  # noqa: PLC0415 -- it is slow"),
        ("upward", "model.py", "if TYPE_CHECKING:\n    import widget_server.store.engine"),
        ("cycles", "store/engine.py", "def f():\n    import widget_server.store.engine_parts  # noqa: PLC0415 -- slow"),
        ("hidden", "clock.py", "try:\n    import uvloop\nexcept ImportError:\n    uvloop = None"),
        ("hidden", "clock.py", "import importlib\nimportlib.import_module('x')"),
        ("flask_outside", "hub/client.py", "from flask import current_app"),
        ("flask_outside", "console/page.py", "from werkzeug.exceptions import NotFound"),
        ("environment_readers", "store/engine.py", "import os\nurl = os.environ['URL']"),
        ("environment_readers", "store/engine.py", "from os import getenv"),
    ],
)
def test_a_broken_rule_is_noticed(tmp_path: Path, rule: str, file: str, source: str) -> None:
    for name, text in {
        "__init__.py": "", "config.py": "", "services.py": "", "store/engine_parts.py":
        "from widget_server.store import engine", "inbox/parsing.py": "", "connect/routes.py": "", "sync/worker.py": "",
        "demo/stack.py": "", "sandbox/hub.py": "", file: source,
    }.items():  # fmt: skip
        path = tmp_path / "widget_server" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    broken = getattr(Tree(tmp_path), rule)()
    assert broken
    assert all("engine_parts" in found or Path(file).stem in found for found in broken)


def test_what_is_allowed_is_not_complained_about(tmp_path: Path) -> None:
    for name, text in {
        "__init__.py": "if TYPE_CHECKING:\n    from widget_server.app import create_app",
        "app.py": "from widget_server import cli, services",
        "clock.py": "def now():\n    import datetime  # noqa: PLC0415 -- it is slow",
        "inbox/routes.py": "from flask import request\nfrom widget_server.connect import bearer",
        "connect/bearer.py": "from widget_server.store.engine import Database\nfrom werkzeug.security import x",
        "store/engine.py": "from widget_server.errors import E\nfrom . import tables",
        "store/tables.py": "",
        "errors.py": "",
        "services.py": "from widget_server.connect import bearer",
        "cli.py": "from widget_server import services",
    }.items():
        path = tmp_path / "widget_server" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tree = Tree(tmp_path)
    assert [found for rule in RULES for found in getattr(tree, rule)()] == []
