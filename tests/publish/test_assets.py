"""The widget's own files, as they are served."""

import re
from pathlib import Path

import pytest

from widget_server.publish import minify
from widget_server.publish.assets import ROOT, SCRIPT_PATH, Assets

BUDGET_BYTES = 5_900
"""It was 5 KiB until the script learnt to leave on the screen what a new price doesn't change: that spares a visitor
with 1,000 resources on the page a task of seconds at each change."""
SOURCE = (ROOT / "embed.js").read_text(encoding="utf-8")


def served(path: str, encoding: str = "identity", query: str = "") -> bytes:
    found = Assets().find(path, query)
    assert found is not None
    return found.answer("GET", encoding, None).body


def test_the_script_with_its_styles_travels_in_less_than_six_kilobytes() -> None:
    size = len(served(SCRIPT_PATH, "br"))
    print(f"embed.js: {len(SOURCE.encode())} bytes to read, {len(served(SCRIPT_PATH))} minified, {size} in brotli")
    assert size <= BUDGET_BYTES


def test_what_is_served_is_the_source_minified() -> None:
    script = served(SCRIPT_PATH).decode()
    assert script == minify.script(SOURCE)
    assert "// " not in script
    assert "\n.card" not in script


def test_the_hosted_page_has_the_styles_of_the_script_and_its_own() -> None:
    style = served("/static/widget.css", query=Assets().stylesheet.partition("?")[2]).decode()
    assert ".card{" in style
    assert ".masthead" in style
    assert ":host" not in style


def test_private_members_are_renamed_and_texts_stay() -> None:
    script = minify.script("class A { #secret = 1; get b() { return `${this.#secret}  b` } }; self.a = new A();")
    assert "secret" not in script
    assert "}  b`" in script


def test_the_styles_own_properties_are_shortened_and_the_public_ones_stay() -> None:
    style = ".pw { --ink: var(--pricing-text, #16191d); --pw-ink: 1; } .a { color: var(--ink); margin: var(--room) }"
    source = f"const STYLES = `{style}`; let n = 1; self.a = [STYLES, (x) => x.setProperty(`--room`, n--)];"
    script = minify.script(source)
    assert "--t:var(--pricing-text" in script
    assert "color:var(--t)" in script
    assert "margin:var(--e)" in script
    assert "`--e`" in script
    assert "--pw-ink:1" in script
    assert "n--" in script


def test_what_is_served_declares_nothing_twice_and_no_constant() -> None:
    script = served(SCRIPT_PATH).decode()
    assert not re.search(r"\bconst[ \[{]", script)
    declared = re.findall(r"[{;](--[\w-]+):", script)
    assert len(declared) == len(set(declared)) > 5


@pytest.mark.parametrize("broken", ["const = 7;", "class {", "`"])
def test_a_broken_script_stops_the_start(tmp_path: Path, broken: str) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "widget.css").write_text("")
    (tmp_path / "embed.js").write_text(broken + " /* shared: begin */ a{} /* shared: end */")
    with pytest.raises(ValueError):
        Assets(tmp_path)


def test_a_script_without_shared_styles_stops_the_start() -> None:
    with pytest.raises(ValueError, match="shared"):
        minify.shared_styles("const STYLES = ``;")
