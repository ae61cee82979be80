"""Is it on my page? What is said about many kinds of pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.console.embed.fetching import FetchedPage
from widget_server.console.embed.findings import Finding, Ours, Report, Tone, report
from widget_server.publish.query import Choices

SITE = "https://prices.example.com"
PAGE = "https://www.example.com/rooms/"
CHOICES = Choices(frozenset({"1198"}), ("hot-desk", "meeting-room"), "en-GB")
OURS = Ours(SITE, CHOICES, "/embed.0123456789abcdef.js", ("*",))
SCRIPT = f'<script async src="{SITE}/embed.js"></script>'
MOUNT = '<div data-pricing-widget><a href="https://prices.example.com/widget">See our prices</a></div>'
FRAME = f'<iframe src="{SITE}/widget?location=1198"></iframe>'


def looked(html: str, *policies: str, url: str = PAGE, ours: Ours = OURS, is_cut: bool = False) -> Report:
    return report(FetchedPage(url, html, policies, is_cut), ours)


def told(found: Report) -> str:
    return " ".join(each.text for each in found.findings)


def test_the_snippet_is_found_with_its_script_and_options() -> None:
    found = looked(f"<p>Rooms</p>{MOUNT}{SCRIPT}")
    assert (found.tone, found.title) == (Tone.GOOD, "The prices are on your page")
    assert found.findings == (
        Finding(Tone.GOOD, "The script is there: https://prices.example.com/embed.js."),
        Finding(Tone.GOOD, "A widget shows everything."),
    )


@pytest.mark.parametrize(
    "html",
    [
        SCRIPT + "<pricing-widget></pricing-widget>",
        f"<pricing-widget></pricing-widget><script src='{SITE}/embed.js'></script>",
        f"{MOUNT}<SCRIPT SRC={SITE}/embed.js ASYNC></SCRIPT>",
        f'{MOUNT}<script type="module" src="{SITE}/embed.js?v=2"></script>',
        f'{MOUNT}<script src="//prices.example.com/embed.js"></script>',
        f'<base href="{SITE}/">{MOUNT}<script src="embed.js"></script>',
        f'{MOUNT}<script src="{SITE}/embed.0123456789abcdef.js" integrity="sha384-x"></script>',
        f'{MOUNT}<script src="{SITE}/embed.fedcba9876543210.js"></script>',
        FRAME,
        f"<p><iframe src='{SITE}/widget/?theme=dark&amp;x=1'>",
    ],
)
def test_every_way_of_embedding_is_recognised(html: str) -> None:
    assert looked(html).tone is Tone.GOOD


def test_options_are_told_and_those_that_show_nothing_are_pointed_out() -> None:
    one = '<pricing-widget location="1198" type="Meeting Room"></pricing-widget>'
    other = '<div data-pricing-widget data-location="7"></div><pricing-widget type="castle"></pricing-widget>'
    words = told(looked(SCRIPT + one + other))
    assert "A widget shows location 1198, type Meeting Room." in words
    assert "asks for location 7, which isn't public here" in words
    assert "asks for type castle, which no listing has now" in words
    assert "A frame shows location 1198." in told(looked(FRAME))
    several = told(looked(SCRIPT + '<div data-pricing-widget data-type="castle,Meeting Room,moat,hot-desk"></div>'))
    assert "A widget shows type castle,Meeting Room,moat,hot-desk." in several
    assert "It asks for type castle, moat too, which no listing has now." in several


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (MOUNT, "but the script isn't"),
        (SCRIPT, "but no place for the prices"),
        (f"{MOUNT}<noscript>{SCRIPT}</noscript>", "but the script isn't"),
        (f"{MOUNT}<template>{SCRIPT}</template>", "but the script isn't"),
        (f'{MOUNT}<script type="text/plain" src="{SITE}/embed.js"></script>', "a cookie banner"),
        (f'{MOUNT}<script src="https://old.example.com/embed.js"></script>', "from https://old.example.com"),
        ('<iframe src="https://old.example.com/widget"></iframe>', "from https://old.example.com"),
        (f'{MOUNT}<script src="http://prices.example.com/embed.js"></script>', "begins with http:"),
        (f'{MOUNT}<script src="{SITE}/embed.fedcba9876543210.js" integrity="sha384-x"></script>', "another version"),
        ("<p>&lt;div data-pricing-widget&gt;&lt;/div&gt;</p>", "stands on the page as text"),
        ("", "Neither the snippet nor a frame"),
        ("<p>Rooms from £10</p>", "Neither the snippet nor a frame"),
        (f"<!-- {MOUNT}{SCRIPT} -->", "Neither the snippet nor a frame"),
        (f"<textarea>{MOUNT}{SCRIPT}</textarea>", "Neither the snippet nor a frame"),
        (f"<script>const html = '{MOUNT}'</script>", "Neither the snippet nor a frame"),
        ('<script src="https://other.example/embed.js"></script>', "Neither the snippet nor a frame"),
        (f'<iframe src="{SITE}/other"></iframe><script src="http://[/embed.js"></script>', "Neither the snippet"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(html: str, words: str) -> None:
    found = looked(html)
    assert (found.tone, found.title) == (Tone.BAD, "The prices aren't on your page yet")
    assert words in told(found)


def test_a_link_alone_is_less_than_the_prices() -> None:
    found = looked(f'<a href="{SITE}/widget?location=1198">Prices</a>')
    assert found.tone is Tone.LOOK
    assert "Only a link" in told(found)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("default-src 'self'", "refuses the script (default-src 'self'): add https://prices.example.com to script-src"),
        ("script-src 'none'", "refuses the script (script-src 'none')"),
        ("script-src https://prices.example.com; connect-src 'self'", "refuses its request for the prices"),
        ("script-src-elem 'self'; script-src *", "to script-src-elem"),
        ("script-src 'nonce-x' 'strict-dynamic' https:", "refuses the script"),
        ("script-src http://prices.example.com:8080", "refuses the script"),
        ("script-src https://prices.example.com/other/", "refuses the script"),
        ("script-src https://*.prices.example.com", "refuses the script"),
        ("img-src *, script-src 'self'", "refuses the script"),
        ("sandbox allow-forms", "allows no scripts at all"),
    ],
)
def test_a_policy_that_stops_the_widget_is_quoted(policy: str, words: str) -> None:
    html = f"{MOUNT}{SCRIPT}"
    assert words in told(looked(html, policy))
    assert looked(html, policy).tone is Tone.BAD
    if not policy.startswith(("sandbox", "img-src")):
        assert words in told(looked(f'<meta http-equiv="Content-Security-Policy" content="{policy}">{html}'))


@pytest.mark.parametrize(
    "policy",
    [
        "", "img-src 'none'", "default-src *", "default-src https:", "default-src 'self' *.example.com",
        "default-src 'none'; script-src https://prices.example.com; connect-src https://prices.example.com",
        "script-src prices.example.com/embed.js", "script-src https://prices.example.com:443",
        "SCRIPT-SRC HTTPS://PRICES.EXAMPLE.COM", "script-src 'nonce-r4nd0m' 'strict-dynamic'",
        "sandbox allow-scripts", "script-src http://prices.example.com:*",
    ],
)  # fmt: skip
def test_a_policy_that_lets_it_work_is_no_finding(policy: str) -> None:
    script = SCRIPT.replace("async", 'nonce="r4nd0m"')
    assert looked(f"{MOUNT}{script}", policy).tone is Tone.GOOD


def test_a_frame_needs_both_sides() -> None:
    assert "refuses the frame" in told(looked(FRAME, "default-src 'self'"))
    assert looked(FRAME, "default-src 'none'; frame-src https://prices.example.com").tone is Tone.GOOD
    only = Ours(SITE, CHOICES, "", ("https://shop.example.com",))
    assert "don't let this website frame" in told(looked(FRAME, ours=only))
    assert looked(FRAME, url="https://shop.example.com/x", ours=only).tone is Tone.GOOD


def test_a_page_that_was_cut_says_so() -> None:
    assert "larger than 2 MB" in told(looked("<p>", is_cut=True))


def test_quotes_from_the_page_stay_short() -> None:
    html = f'{SCRIPT}<pricing-widget location="{"x" * 5000}"></pricing-widget>'
    assert len(told(looked(html))) < 1000


@given(st.text(alphabet="<>/=\"'&; -!abscript data-pricing-widget iframe src", max_size=300), st.text(max_size=80))
def test_no_page_and_no_policy_breaks_the_look(html: str, policy: str) -> None:
    assert looked(html, policy).findings
