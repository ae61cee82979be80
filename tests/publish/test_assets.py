"""The widget's own files."""

from widget_server.publish.assets import ROOT

BEGIN, END = "/* shared: begin */", "/* shared: end */"


def shared_styles(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]


def test_the_script_and_the_hosted_page_look_the_same() -> None:
    assert shared_styles("embed.js") == shared_styles("static/widget.css")
