"""What is restored is what was backed up, from either engine to either."""

import gzip
import json

import pytest
from sqlalchemy import text

from tests.backup import full
from tests.backup.conftest import Place, Rows
from tests.conftest import FakeClock

SHIFTED = "revision"


def comparable(rows: dict[str, Rows], shift: int) -> dict[str, Rows]:
    """Rows without what a restore changes on purpose, held by tests of its own."""
    changed = {"activity", "counters", "operators", "publication"}
    kept = {name: [dict(row) for row in each] for name, each in rows.items() if name not in changed}
    for row in kept["hub_credentials"]:
        del row["version"]
    for row in kept["targets"]:
        del row["due_at"]
    for row in [row for each in kept.values() for row in each if SHIFTED in row]:
        row[SHIFTED] -= shift
    return kept


def check_equal(old: Place, new: Place) -> None:
    before, shift = old.all_rows(), new_revision(new)
    new.restore(old.back_up())
    after = new.all_rows()
    assert comparable(after, shift) == comparable(before, 0)
    assert after["activity"][: len(before["activity"])] == before["activity"]
    assert [row["kind"] for row in after["activity"][len(before["activity"]) :]] == ["restored"]
    assert after["publication"][0]["synced_at"] == before["publication"][0]["synced_at"]


def new_revision(place: Place) -> int:
    return next(int(row["value"]) for row in place.rows("counters") if row["name"] == "revision")


def test_from_either_engine_to_sqlite(place: Place, fresh: Place) -> None:
    check_equal(place, fresh)


def test_from_sqlite_to_postgresql(fresh: Place, postgres_place: Place, clock: FakeClock) -> None:
    full.fill(fresh.database, clock)
    check_equal(fresh, postgres_place)


def test_a_site_goes_on_writing_after_it_was_restored(place: Place, fresh: Place, clock: FakeClock) -> None:
    """PostgreSQL's sequences know of the rows that came with an id."""
    file = fresh_file(fresh, clock)
    place.restore(file)
    with place.database.write() as connection:
        full.add_rate(connection, clock, "3", "20.00")
        connection.execute(text("INSERT INTO token_families (connection_id, operator_id, used_generation, created_at) "
                                "VALUES ('99', 1, 0, '2026-03-01 12:00:00')"))  # fmt: skip
    ids = [row["id"] for row in place.rows("rates")]
    assert len(ids) == len(set(ids)) == 3


def fresh_file(fresh: Place, clock: FakeClock) -> bytes:
    """Of a site with the same kind of rows, and more of them."""
    full.fill(fresh.database, clock)
    with fresh.database.write() as connection:
        connection.execute(text("UPDATE rates SET id = 1000 WHERE id = 2"))
    file = fresh.back_up()
    with fresh.database.write() as connection:
        connection.execute(text("UPDATE rates SET id = 2 WHERE id = 1000"))
        connection.execute(text("DELETE FROM overrides"))
        connection.execute(text("DELETE FROM rates WHERE source_id = '3'"))
    return file


def test_a_back_up_of_the_same_moment_is_the_same_on_both_engines(
    fresh: Place, postgres_place: Place, clock: FakeClock
) -> None:
    full.fill(fresh.database, clock)
    postgres_place.restore(fresh.back_up())
    lines = [line for line in gzip.decompress(postgres_place.back_up()).splitlines() if b'"price_changes"' in line]
    assert [json.loads(line)[0] for line in lines[1:]] == ["price_changes"] * 3


def test_neither_the_key_nor_a_plain_secret_is_in_the_file(place: Place) -> None:
    plain = gzip.decompress(place.back_up())
    assert full.KEY.encode() not in plain
    assert b"s3cret" not in plain
    assert b"refresh-token-with" not in plain


def test_what_is_good_once_is_not_in_the_file(place: Place) -> None:
    manifest = json.loads(gzip.decompress(place.back_up()).splitlines()[0])
    left_out = {"setup_links", "hub_states", "authorization_codes", "login_failures", "incidents"}
    assert left_out & set(manifest["tables"]) == set()


@pytest.mark.parametrize("value", ["NaN", "a \0 b"])
def test_what_only_one_engine_keeps_does_not_make_a_file_useless(fresh: Place, clock: FakeClock, value: str) -> None:
    full.fill(fresh.database, clock)
    with fresh.database.write() as connection:
        connection.execute(text("UPDATE deliveries SET outcome = :value"), {"value": value})
    fresh.restore(fresh.back_up())
    assert fresh.row("deliveries")["outcome"] == value.replace("\0", "")
