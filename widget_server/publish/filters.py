"""The hosted page's filters: links, so that they work without JavaScript."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from widget_server.publish.compose import Document, filtered, periods_in, types_in
from widget_server.publish.phrases import Phrases
from widget_server.publish.query import Wanted


@dataclass(frozen=True)
class Chip:
    """One choice. `href` is a path with a query."""

    text: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """Choices of one kind, "all" first; `label` says of what kind."""

    label: str
    chips: tuple[Chip, ...]


def rows(document: Document, wanted: Wanted, say: Phrases) -> list[Row]:
    """The filters that leave a choice: locations, types at the chosen location, periods of what is chosen there.

    Each keeps the rest of the query, but another location starts without type and period: it may not have them. Where
    several types are shown, all are marked, and a click leaves one.
    """
    base = replace(wanted, missing=None)
    here = filtered(document, location=base.location)
    chosen = filtered(here, types=base.types)
    found = [
        _row(
            (say.word("location"), say.word("allLocations")),
            ((each["id"], each["name"]) for each in document["locations"]),
            _chosen(base.location),
            lambda id: replace(base, location=id, types=(), period=None),
        ),
        _row(
            (say.word("type"), say.word("all")),
            ((type, say.type(type, many=True)) for type in types_in(here)),
            base.types,
            lambda type: replace(base, types=_chosen(type), period=None),
        ),
        _row(
            (say.word("period"), say.word("all")),
            ((period, say.period(period)) for period in periods_in(chosen)),
            _chosen(base.period),
            lambda period: replace(base, period=period),
        ),
    ]
    return [row for row in found if row]


def _row(
    words: tuple[str, str],
    choices: Iterable[tuple[str, str]],
    chosen: Collection[str],
    target: Callable[[str | None], Wanted],
) -> Row | None:
    label, every = words
    known = list(choices)
    if len(known) < 2:
        return None
    named: list[tuple[str | None, str]] = [(None, every), *known]
    return Row(
        label,
        tuple(Chip(text, target(value).href, value in chosen if value else not chosen) for value, text in named),
    )


def _chosen(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
