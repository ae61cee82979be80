"""Which listings a page shows, and what it says of each."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.console.listings.judgement import entry
from widget_server.console.listings.sealed import Seal
from widget_server.console.listings.table import PAGE_LENGTH, Choice, table
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store.listing_facts import ListingFact

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ACTIVE, DELETED = ListingStatus.ACTIVE, ListingStatus.DELETED


def place(id: str = "1", status: ListingStatus = ACTIVE, **facts: object) -> ListingFact:
    listing = Listing(ListingKind.LOCATION, id, f"Place {id}", status, connection_id="99")
    return ListingFact(listing, listing.name, NOW, fetched_at=NOW, **facts)  # type: ignore[arg-type]


def room(id: str, status: ListingStatus = ACTIVE, home: str = "1", **facts: object) -> ListingFact:
    listing = Listing(ListingKind.RESOURCE, id, f"Room {id}", status, "meeting-room", location_id=home)
    return ListingFact(listing, listing.name, NOW, **({"fetched_at": NOW} | facts))  # type: ignore[arg-type]


def ids(facts: list[ListingFact], choice: Choice) -> list[tuple[str | None, list[str]]]:
    return [
        (group.location.fact.listing.id if group.location else None, [one.fact.listing.id for one in group.resources])
        for group in table(facts, choice).groups
    ]


def test_resources_stand_below_their_location_in_the_order_in_which_they_came() -> None:
    facts = [room("a", home="2"), place("1"), place("2"), room("b"), room("c", home="nowhere")]
    assert ids(facts, Choice()) == [("1", ["b"]), ("2", ["a"]), (None, ["c"])]


def test_what_was_deleted_is_only_shown_when_asked_for_below_its_location_as_a_heading() -> None:
    facts = [place(), room("a", DELETED), room("b")]
    assert ids(facts, Choice()) == [("1", ["b"])]
    found = table(facts, Choice(show="deleted"))
    assert [(group.as_heading, len(group.resources)) for group in found.groups] == [(True, 1)]
    assert (found.counts["all"], found.counts["deleted"], found.found) == (2, 1, 1)


def test_unmatched_are_those_without_data_gone_or_unmapped_but_not_the_deleted() -> None:
    facts = [
        place(),
        room("fine"),
        room("never", fetched_at=None),
        room("gone", gone_at=NOW),
        room("old", DELETED, fetched_at=None),
    ]
    assert ids(facts, Choice(show="unmatched")) == [("1", ["never", "gone"])]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("room B", ["b"]),
        ("meeting", ["a", "b"]),
        ("place", ["a", "b"]),
        ("res-7", ["b"]),
        ("attic", ["b"]),
        ("nothing of it", []),
    ],
)
def test_words_are_looked_for_in_names_identifiers_and_types(words: str, expected: list[str]) -> None:
    facts = [place(), room("a"), room("b", hub_id="res-7", hub_name="The Attic")]
    assert [id for _, resources in ids(facts, Choice(words=words)) for id in resources] == expected


def test_hundreds_come_in_pages_that_repeat_where_they_are() -> None:
    facts = [place(), *(room(str(number)) for number in range(2 * PAGE_LENGTH))]
    first, last = table(facts, Choice()), table(facts, Choice(page=99))
    assert (first.pages, first.found) == (3, 2 * PAGE_LENGTH + 1)
    assert (last.page, last.groups[0].as_heading, len(last.groups[0].resources)) == (3, True, 1)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "9" * 30, ""])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    assert Choice.from_query({"page": page, "show": "everything"}) == Choice()


@pytest.mark.parametrize(
    ("fact", "parent", "says"),
    [
        (room("a", fetched_at=None), place(), "No data from Syncaroo yet"),
        (room("a", gone_at=NOW), place(), "no longer has it"),
        (room("a"), place(status=ListingStatus.DRAFT), "isn't active (draft)"),
        (room("a"), place(gone_at=NOW - timedelta(days=1)), "no longer has its location"),
    ],
)
def test_why_visitors_do_not_see_an_active_one(fact: ListingFact, parent: ListingFact, says: str) -> None:
    found = entry(fact, parent)
    assert says in f"{found.trouble} {found.hidden}"
    assert "Visitors don't see it" in f"{found.hidden}"


def test_of_one_that_visitors_see_nothing_is_said() -> None:
    found = entry(room("a"), place())
    assert (found.status, found.trouble, found.hidden) == ("Active", None, None)


def test_a_sealed_file_comes_back_as_it_was_and_under_a_rotated_key() -> None:
    sealed = Seal(["old" * 10]).close("\ufeffkind,id\r\nlocation,ä\n", "f")
    assert Seal(["new" * 10, "old" * 10]).open(sealed) == ("\ufeffkind,id\r\nlocation,ä\n", "f")


@pytest.mark.parametrize("sealed", ["", "x", "a.b", "ü.ü", "\x00"])
def test_a_seal_that_is_not_ours_opens_nothing(sealed: str) -> None:
    assert Seal(["key" * 10]).open(sealed) is None
    assert Seal(["key" * 10]).open(Seal(["another" * 5]).close("text", "f")) is None
