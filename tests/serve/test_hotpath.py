"""Public documents over HTTP: what is answered, what is kept, and what happens when something is away."""

from dataclasses import replace
from datetime import date, timedelta

import brotli
import pytest

from tests.publish.samples import location, one_rate, public, rate, resource
from tests.serve.conftest import Visitor
from tests.serve.site import Site
from widget_server.publish.compose import compose, filtered

WIDGET_JSON = "/widget.json"


def hidden_and_open(version: str, *names: str) -> object:
    return public(*[location(name, name, resource(f"r{name}", "Room", "office")) for name in names], version=version)


def test_widget_json_is_the_composed_document(site: Site, visitor: Visitor) -> None:
    answer = visitor.ask(WIDGET_JSON)
    assert answer.json() == compose(site.source.public, now=site.now)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "content_type", "cache_control"),
    [
        ("/widget.json", "application/json; charset=utf-8", "public, max-age=0, s-maxage=5, stale-if-error=86400"),
        ("/widget", "text/html; charset=utf-8", "public, max-age=0, s-maxage=5, stale-if-error=86400"),
        ("/embed.js", "text/javascript; charset=utf-8",
         "public, max-age=300, stale-while-revalidate=2592000, stale-if-error=2592000"),
        ("/static/widget.css", "text/css; charset=utf-8",
         "public, max-age=300, stale-while-revalidate=2592000, stale-if-error=2592000"),
    ],
)  # fmt: skip
def test_header_contract(visitor: Visitor, path: str, content_type: str, cache_control: str) -> None:
    answer = visitor.ask(path, Accept_Encoding="gzip")
    assert answer.status_code == 200
    expected = {
        "Content-Type": content_type,
        "Cache-Control": cache_control,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers.get(name) for name in expected} == expected
    assert answer.headers["ETag"].startswith('"')
    assert "Set-Cookie" not in answer.headers


def test_the_page_names_a_style_sheet_that_may_be_kept_for_ever(site: Site, visitor: Visitor) -> None:
    assert f'href="{site.files.page.stylesheet}"' in visitor.ask("/widget").text
    assert "immutable" in visitor.ask(site.files.page.stylesheet).headers["Cache-Control"]
    assert "immutable" not in visitor.ask("/static/widget.css?v=older").headers["Cache-Control"]


def test_brotli_and_gzip_carry_the_same_document(visitor: Visitor) -> None:
    plain = visitor.ask(WIDGET_JSON).content
    assert visitor.ask(WIDGET_JSON, Accept_Encoding="gzip").content == plain
    packed = visitor.ask(WIDGET_JSON, Accept_Encoding="gzip, br")
    assert packed.headers["Content-Encoding"] == "br"
    assert plain in (packed.content, brotli.decompress(packed.content) if packed.content != plain else plain)


def test_head_has_the_headers_of_get_and_no_body(visitor: Visitor) -> None:
    got, head = visitor.ask("/widget"), visitor.ask("/widget", "HEAD")
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control", "Content-Security-Policy"):
        assert head.headers[name] == got.headers[name]


def test_revalidation_costs_no_body_and_repeats_the_caching_headers(visitor: Visitor) -> None:
    first = visitor.ask(WIDGET_JSON)
    again = visitor.ask(WIDGET_JSON, If_None_Match=f'"other", W/{first.headers["ETag"]}')
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert again.headers[name] == first.headers[name]


def test_a_changed_price_changes_the_document_and_its_etag(site: Site, visitor: Visitor) -> None:
    before = visitor.ask(WIDGET_JSON)
    site.change(replace(one_rate(rate("r", "99.00")), version="42"))
    after = visitor.ask(WIDGET_JSON, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert '"amount":"99.00"' in after.text


@pytest.mark.parametrize("path", ["/", "/console/", "/widgets", "/widget.json/x", "/static/other.css", "/embed.jsx"])
def test_what_is_not_public_reaches_the_application(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path).headers["X-Reached"] == "app"


@pytest.mark.parametrize("path", ["/widget.json", "/widget", "/embed.js"])
def test_preflights_are_answered_and_other_methods_refused(visitor: Visitor, path: str) -> None:
    preflight = visitor.ask(path, "OPTIONS", Origin="https://a.example", Access_Control_Request_Headers="if-none-match")
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "if-none-match" in preflight.headers["Access-Control-Allow-Headers"].lower()
    for method in ("POST", "PUT", "DELETE", "PATCH", "BREW"):
        refused = visitor.ask(path, method)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused.json() == {"error": "method_not_allowed"}


def test_filters_hold_for_both_and_combine(site: Site, visitor: Visitor) -> None:
    document = compose(site.source.public, now=site.now)
    answer = visitor.ask("/widget.json?location=1198&type=Fixed%20Desk&utm_source=x")
    assert answer.json() == filtered(document, location="1198", types=["dedicated-desk"])
    page = visitor.ask("/widget?location=1198&type=dedicated-desk").text
    assert "Your own desk" in page
    assert "Boardroom" not in page


def test_several_types_combine_and_their_order_makes_no_other_document(site: Site, visitor: Visitor) -> None:
    document = compose(site.source.public, now=site.now)
    answer = visitor.ask("/widget.json?type=office,meeting-room")
    assert answer.json() == filtered(document, types=["meeting-room", "office"])
    kept = len(site.app._shelf)
    for query in ("meeting-room,office", "meeting-room%2Coffice,office", "office,castle,,Meeting%20Room"):
        assert visitor.ask(f"/widget.json?type={query}").headers["ETag"] == answer.headers["ETag"]
    assert visitor.ask("/widget.json?type=office&type=meeting-room").text == answer.text
    assert len(site.app._shelf) == kept


@pytest.mark.parametrize(
    "query", ["?location=", "?type=", "?type=,", "?type=&type=", "?location=&type=", "?%00=%ff", "?" + "a=1&" * 100]
)
def test_empty_and_strange_fields_do_not_filter(visitor: Visitor, query: str) -> None:
    assert visitor.ask(WIDGET_JSON + query).json() == visitor.ask(WIDGET_JSON).json()


def test_a_location_that_is_not_public_is_not_found(visitor: Visitor) -> None:
    answer = visitor.ask("/widget.json?location=7")
    assert (answer.status_code, answer.json()) == (404, {"error": "unknown_location"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    page = visitor.ask("/widget?location=7")
    assert page.status_code == 404
    assert 'href="/widget"' in page.text
    assert "ETag" not in page.headers


def test_a_type_that_nobody_has_is_an_honest_empty_list(visitor: Visitor) -> None:
    answer = visitor.ask("/widget.json?type=podcast-studio")
    assert (answer.status_code, answer.json()["locations"]) == (200, [])
    page = visitor.ask("/widget?type=podcast-studio")
    assert page.status_code == 200
    assert "Nothing of this kind right now" in page.text


def test_a_listing_that_is_hidden_now_is_in_no_answer(site: Site, visitor: Visitor) -> None:
    site.change(hidden_and_open("50", "Open", "Secret"))  # type: ignore[arg-type]
    queries = ["", "?locale=de", "?location=Secret", "?type=office"]
    assert "Secret" in "".join(
        visitor.ask(kind + query).text for kind in ("/widget.json", "/widget") for query in queries
    )
    site.change(hidden_and_open("51", "Open"))  # type: ignore[arg-type]
    for kind in ("/widget.json", "/widget"):
        for query in queries:
            assert "Secret" not in visitor.ask(kind + query).text.replace("location=Secret", "")


def test_words_come_in_the_language_asked_for_or_the_operators(site: Site, visitor: Visitor) -> None:
    assert "words" not in visitor.ask(WIDGET_JSON).json()
    assert visitor.ask("/widget.json?locale=de-AT").json()["words"]["free"] == "Kostenlos"
    taxes = {tag: visitor.ask(f"/widget.json?locale={tag}").json()["words"]["taxExclusive"] for tag in ("en", "en-AU")}
    assert taxes == {"en": "+ VAT", "en-AU": "+ GST"}
    assert visitor.ask("/widget.json?locale=xx").json()["words"]["free"] == "Free"
    site.change(
        replace(site.source.public, version="42", workspace=replace(site.source.public.workspace, locale="fr-FR"))
    )
    assert visitor.ask("/widget.json?locale=").json()["words"]["free"] == "Gratuit"


def test_made_up_queries_share_a_bounded_number_of_answers(site: Site, visitor: Visitor) -> None:
    for n in range(50):
        visitor.ask(f"/widget.json?location=x{n}&locale=l{n}&theme=t{n}&k{n}=1")
        visitor.ask(f"/widget?type=x{n},y{n}&type=z{n}&locale=l{n}&theme=t{n}")
    assert site.source.loads == 1
    assert len(site.app._shelf) <= 4
    assert len(site.cache.texts) <= 6


def test_memory_holds_a_bounded_number_of_answers(site: Site, visitor: Visitor) -> None:
    site.app = site.hotpath(capacity=4)
    queries = [f"?location={id}&locale={tag}" for id in ("1198", "1301") for tag in ("en", "de", "fr", "ar")]
    answers = [visitor.ask(WIDGET_JSON + query).text for query in queries]
    assert len(site.app._shelf) == 4
    assert [visitor.ask(WIDGET_JSON + query).text for query in queries] == answers


def test_the_database_is_asked_once_for_each_version(site: Site, visitor: Visitor) -> None:
    for _ in range(5):
        for path in ("/widget.json", "/widget", "/widget?type=office", "/widget.json?locale=fr"):
            visitor.ask(path)
    assert site.source.loads == 1


def test_old_prices_stay_while_the_database_is_away(site: Site, visitor: Visitor) -> None:
    before = visitor.ask(WIDGET_JSON).text
    site.source.away = True
    site.hands.seconds += 10
    assert visitor.ask(WIDGET_JSON).text == before
    assert visitor.ask("/widget?type=office&theme=dark").status_code == 200  # never asked for before
    site.source.away = False
    site.change(replace(site.source.public, version="42"))
    site.hands.seconds += 10
    assert visitor.ask(WIDGET_JSON).json()["version"] == "42"


def test_a_process_that_starts_while_the_database_is_away_serves_what_was_published(
    site: Site, visitor: Visitor
) -> None:
    site.documents.publish(site.source.public)
    site.source.away = True
    site.app = site.hotpath()
    assert visitor.ask(WIDGET_JSON).json()["version"] == "41"


def test_without_anything_to_serve_the_answer_is_503_and_the_next_may_work(site: Site, visitor: Visitor) -> None:
    site.source.away = True
    answer = visitor.ask("/widget")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Cache-Control"] == "no-store"
    site.source.away = False
    site.hands.seconds += 10
    assert visitor.ask("/widget").status_code == 200


def test_a_lost_cache_costs_nothing_but_a_render(site: Site, visitor: Visitor) -> None:
    before = visitor.ask("/widget").text
    site.cache.lose()
    site.app = site.hotpath()
    assert visitor.ask("/widget").text == before


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", "null", '{"version":1,"until":"x","document":{}}'])
def test_rubbish_in_the_cache_is_made_anew(site: Site, visitor: Visitor, rubbish: str) -> None:
    before = visitor.ask(WIDGET_JSON).text
    for key in site.cache.texts:
        if not key.endswith(("/widget", "?", "en")):
            site.cache.texts[key] = rubbish
    site.cache.texts = {key: text for key, text in site.cache.texts.items() if text == rubbish}
    assert site.cache.texts
    site.app = site.hotpath()
    assert visitor.ask(WIDGET_JSON).text == before


def test_a_rate_appears_on_its_day_without_any_new_data(site: Site, visitor: Visitor) -> None:
    site.change(replace(one_rate(rate("summer", valid_from=date(2026, 7, 1))), version="60"))
    assert "summer" not in visitor.ask(WIDGET_JSON).text
    site.now += timedelta(days=150)
    site.hands.seconds += 1
    assert "summer" in visitor.ask(WIDGET_JSON).text


def test_an_edge_that_passes_while_the_database_is_away_keeps_the_old_document(site: Site, visitor: Visitor) -> None:
    site.change(replace(one_rate(rate("winter", valid_to=date(2026, 3, 31))), version="60"))
    assert "winter" in visitor.ask(WIDGET_JSON).text
    site.source.away = True
    site.now += timedelta(days=150)
    site.hands.seconds += 10
    assert visitor.ask(WIDGET_JSON).status_code == 200


def test_the_page_may_be_framed_by_those_who_are_allowed_and_loads_nothing_foreign() -> None:
    answers: list[dict[str, str]] = []
    site = Site(frame_ancestors="https://a.example https://b.example")
    ask = {"REQUEST_METHOD": "GET", "PATH_INFO": "/widget", "QUERY_STRING": ""}
    site.app(ask, lambda status, headers: answers.append(dict(headers)))  # type: ignore[arg-type]
    policy = answers[0]["Content-Security-Policy"]
    assert "frame-ancestors https://a.example https://b.example" in policy
    assert policy.startswith("default-src 'none'; style-src 'self' 'sha256-")
    assert "unsafe" not in policy
