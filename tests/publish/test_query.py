"""Query strings, and the one document that each asks for."""

from itertools import chain, combinations

import pytest

from widget_server.model import normal_resource_type
from widget_server.publish.query import COMBINED_TYPES, Choices, Kind, Wanted, wanted

OURS = ("meeting-room", "hot-desk", "dedicated-desk", "office", "floor")
CHOICES = Choices(frozenset({"1198"}), OURS, "en-GB", frozenset({"hour"}))
MANY = Choices(frozenset(), (*OURS, *(f"studio-{n}" for n in range(20))), "en-GB")


def types(query: str, choices: Choices = CHOICES) -> tuple[str, ...]:
    return wanted(Kind.PAGE, query, choices).types


@pytest.mark.parametrize(
    "query",
    [
        "type=meeting-room,office",
        "type=office%2Cmeeting-room",
        "type=office&type=meeting-room",
        "type=Office,+Meeting+Room,office",
        "type=,office,,meeting_room,",
        "type=office,castle&type=meeting-room",
    ],
)
def test_several_types_are_one_document_however_they_are_written(query: str) -> None:
    assert wanted(Kind.PAGE, query, CHOICES) == Wanted(Kind.PAGE, types=("meeting-room", "office"))


def test_its_address_is_readable() -> None:
    assert wanted(Kind.JSON, "type=office%2Cfloor&location=1198", CHOICES).href == (
        "/widget.json?location=1198&type=office,floor"
    )


def test_a_type_of_the_sources_own_may_have_a_comma_in_its_name() -> None:
    type = normal_resource_type("Studio, small")
    choices = Choices(frozenset(), ("office", type), "en-GB")
    assert types(Wanted(Kind.PAGE, types=(type,)).href.partition("?")[2], choices) == (type,)


def test_only_if_nobody_has_any_of_the_types_is_there_nothing() -> None:
    assert wanted(Kind.PAGE, "type=castle,moat", CHOICES) == Wanted(Kind.PAGE, missing="type")
    assert types("type=castle,Fixed Desk") == ("dedicated-desk",)
    assert wanted(Kind.PAGE, "type=,%20,", CHOICES) == Wanted(Kind.PAGE)


def test_there_are_as_many_combinations_as_ours_have_however_many_are_made_up() -> None:
    asked = chain.from_iterable(combinations((*OURS, "castle"), n) for n in range(len(OURS) + 2))
    assert len({wanted(Kind.PAGE, "type=" + ",".join(each), CHOICES) for each in asked}) == 2 ** len(OURS) + 1


def test_a_source_with_very_many_types_of_its_own_cannot_make_documents_without_number() -> None:
    first = MANY.types[:COMBINED_TYPES]
    assert types("type=" + ",".join(MANY.types), MANY) == first
    assert types("type=studio-15,office", MANY) == ("office",)
    assert types("type=studio-15", MANY) == types("type=studio-16,studio-15", MANY) == ("studio-15",)
    pairs = {types(f"type={','.join(each)}", MANY) for each in combinations(MANY.types, 2)}
    assert len(pairs) == COMBINED_TYPES * (COMBINED_TYPES - 1) // 2 + len(MANY.types) - 1
