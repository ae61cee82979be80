"""The layering of `docs/architecture.md` as rules over imports. Each rule answers with what breaks it."""

from collections.abc import Iterator
from pathlib import Path

from tests.architecture.imports import Import, cycle_in, imports_of, modules_below, uses_of

PACKAGE = "widget_server"

LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "model", "public_model", "clock", "background", "open_status", "version", "hosts"),
    ("setting_kinds", "setting_table", "config", "config_manual"),
    ("store",),
    ("network",),
    ("hub", "inbox", "publish"),
    ("site_settings",),
    ("sync", "alerts", "connect", "console", "listings", "programs", "backup"),
    ("services",),
    ("web",),
    ("routes", "serve", "serving", "cli", "command_choice"),
    ("app",),
    ("create_app",),
)
"""Lowest first. A module may import its own part and lower layers; parts that share a line leave each other alone,
except in the lines of `LOOSE`. A package's `routes.py` is of the part `routes`, wherever it lies."""

LOOSE = ("errors", "setting_kinds", "routes")
"""The first parts of the lines whose parts may import one another."""

APART = {
    "sandbox": frozenset({"sandbox"}),
    "demo": frozenset({"demo", "config", "setting_table", "errors", "serving"}),
}
"""Programs of their own: what they may import. Nobody imports them."""

FLASK = ("flask", "flask_wtf", "flask_caching", "wtforms", "werkzeug")
FLASK_PARTS = frozenset({"services", "web", "routes", "serve", "cli", "command_choice", "app", "create_app", "sandbox"})
WITHOUT_FLASK_TOO = frozenset({"werkzeug.security"})
"""Hashing passwords knows nothing of requests."""

READS_ENVIRONMENT = frozenset({"widget_server.config", "widget_server.sandbox.__main__"})


def part_of(name: str) -> str:
    """`widget_server.store.engine` → `store`; `widget_server.inbox.routes` → `routes`; the package → `create_app`."""
    parts = name.split(".")[1:]
    if not parts:
        return "create_app"
    return "routes" if parts[-1] == "routes" and parts[0] != "web" and parts[0] not in APART else parts[0]


class Tree:
    """The product's modules below `root` and everything that they import."""

    def __init__(self, root: Path) -> None:
        self.modules = modules_below(root, PACKAGE)
        self.imports = [found for module in self.modules.values() for found in imports_of(module, self.modules)]
        self.inner = [found for found in self.imports if found.imported.split(".")[0] == PACKAGE]

    def homeless(self) -> list[str]:
        """Modules of a part that no layer names: place it first."""
        placed = {part for layer in LAYERS for part in layer} | set(APART)
        return [name for name in self.modules if part_of(name) not in placed]

    def upward(self) -> list[str]:
        """Imports that go up, or sideways where that isn't allowed."""
        return [str(found) for found in self.inner if not _may(part_of(found.importer), part_of(found.imported))]

    def cycles(self) -> list[str]:
        """Modules that import each other in a circle."""
        edges: dict[str, set[str]] = {name: set() for name in self.modules}
        for found in self.inner:
            if found.imported != found.importer:
                edges[found.importer].add(found.imported)
        return cycle_in(edges)

    def hidden(self) -> list[str]:
        """Imports that aren't at the top of their file and don't say why. Those that do count like any other for the
        rest of the rules: what is imported late goes down, too, and closes no circle."""
        return [str(found) for found in self.imports if found.hidden] + [
            f"{name} (line {line}) imports by name"
            for name, module in self.modules.items()
            for line in uses_of(module, "importlib", "import_module")
        ]

    def flask_outside(self) -> list[str]:
        """Flask where only plain Python should be."""
        return [str(found) for found in self.imports if _is_flask(found) and part_of(found.importer) not in FLASK_PARTS]

    def environment_readers(self) -> list[str]:
        """Modules other than the one that may, which read environment variables."""
        return [f"{name} (line {line})" for name, line in self._environment() if name not in READS_ENVIRONMENT]

    def _environment(self) -> Iterator[tuple[str, int]]:
        for name, module in self.modules.items():
            for line in uses_of(module, "os", "environ", "environb", "getenv", "putenv"):
                yield name, line


def _may(importer: str, imported: str) -> bool:
    if importer in APART:
        return imported in APART[importer]
    if imported in APART:
        return False
    if importer == imported:
        return True
    return _height(imported) < _height(importer) or (
        _height(imported) == _height(importer) and LAYERS[_height(importer)][0] in LOOSE
    )


def _height(part: str) -> int:
    return next((height for height, layer in enumerate(LAYERS) if part in layer), len(LAYERS))


def _is_flask(found: Import) -> bool:
    return found.imported.split(".")[0] in FLASK and found.imported not in WITHOUT_FLASK_TOO
