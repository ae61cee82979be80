"""A file that isn't a sound back-up says what is wrong with it, and changes nothing."""

import gzip
import io
import json
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backup import full
from tests.backup.conftest import OPERATOR, Place
from tests.backup.files import Lines, altered, in_table, packed, unpacked
from tests.conftest import FakeClock
from widget_server.backup.reading import MEBIBYTE, UPLOADED, Limits
from widget_server.errors import BackupRefused
from widget_server.store.engine import Database


@pytest.fixture(scope="session")
def filled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled file to copy."""
    file = tmp_path_factory.mktemp("filled") / "widget.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{file}")
    full.fill(database, FakeClock())
    database.close()
    return file


@pytest.fixture
def site_with_rows(filled_sqlite: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Place]:
    copy = tmp_path / "with-rows.sqlite3"
    copy.write_bytes(filled_sqlite.read_bytes())
    database = Database(f"sqlite:///{copy}")
    yield Place(database, tmp_path / "with-rows", clock)
    database.close()


def refusal(place: Place, file: bytes, limits: Limits = UPLOADED) -> str:
    """Why the file is refused. Nothing may be left of it."""
    before = place.all_rows()
    with pytest.raises(BackupRefused) as caught:
        place.backups.stage(io.BytesIO(file), limits)
    assert place.all_rows() == before
    assert list(place.backups.folder.path.iterdir()) == []
    return str(caught.value)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"kind,id,name\n",
        b"\x1f\x8b",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"null\n", mtime=0),
        gzip.compress(b"[" * 5_000_000, mtime=0),
        gzip.compress(b'{"format": "something else"}\n', mtime=0),
        gzip.compress(b'{"format": "pricing-widget back-up", "format": "pricing-widget back-up"}\n', mtime=0),
        gzip.compress(b'{"format": "pricing-widget back-up", "formatVersion": 1}\n', mtime=0),
        gzip.compress(b"\xff\xfe\n", mtime=0),
        gzip.compress(b"9" * 10_000, mtime=0),
        b"PK\x03\x04" + bytes(100),
    ],
    ids=len,
)
def test_something_else_is_no_back_up(fresh: Place, file: bytes) -> None:
    assert refusal(fresh, file).startswith(("This isn't a back-up of a pricing widget", "The file is damaged"))


def test_a_broken_download_is_told_as_such(site_with_rows: Place) -> None:
    file = site_with_rows.back_up()
    for length in (len(file) // 2, len(file) - 1):
        assert "damaged" in refusal(site_with_rows, file[:length])


def test_any_flipped_byte_is_noticed(site_with_rows: Place) -> None:
    file = site_with_rows.back_up()
    pick = random.Random(7)
    for _ in range(20):
        place = pick.randrange(12, len(file))
        refusal(site_with_rows, file[:place] + bytes([file[place] ^ 0x10]) + file[place + 1 :])


def test_rows_that_were_added_taken_away_or_changed_are_noticed(site_with_rows: Place) -> None:
    lines = unpacked(site_with_rows.back_up())
    assert "changed" in refusal(site_with_rows, packed(lines, end="0" * 64))
    assert "changed" in refusal(site_with_rows, packed([*lines, lines[-1]]))
    assert "changed" in refusal(site_with_rows, packed(lines[:-1]))
    assert "changed" in refusal(site_with_rows, packed(lines) + gzip.compress(b"more"))


def test_what_unpacks_to_more_than_a_back_up_holds_is_given_up(fresh: Place) -> None:
    small = Limits(packed=10_000, plain=100_000)
    lines = unpacked(fresh.back_up())
    lines[0]["tables"]["sightings"]["rows"] = 10**9
    bomb = [*lines, *[["sightings", "x" * 250, "2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:00.000000Z"]] * 2000]
    assert "more in this file" in refusal(fresh, packed(bomb), small)
    assert "more in this file" in refusal(fresh, gzip.compress(b"x" * 200_000_000), UPLOADED)


def test_long_rows_are_held_in_memory_a_few_at_a_time(fresh: Place) -> None:
    """As many as are usual would be gigabytes, and a file of them packs to some kilobytes."""
    lines, longest = unpacked(fresh.back_up()), 2 * MEBIBYTE
    lines[0]["tables"]["activity"]["rows"] = 48
    columns = lines[0]["tables"]["activity"]["columns"]
    row = {"at": "2026-03-01T12:00:00.000000Z", "actor": "x", "kind": "x", "detail": "x" * longest}
    long = [["activity", *(({"id": number} | row).get(name) for name in columns)] for number in range(1, 49)]
    order = list(lines[0]["tables"])
    rows = [line for line in lines[1:] if line[0] != "activity"] + long
    file = io.BytesIO(packed([lines[0], *sorted(rows, key=lambda line: order.index(line[0]))]))
    tracemalloc.start()
    try:
        token = fresh.backups.stage(file)
        assert fresh.backups.restore(token, OPERATOR) is not None
        fresh.backups.download(OPERATOR).source.close()
        assert tracemalloc.get_traced_memory()[1] < 36 * longest
    finally:
        tracemalloc.stop()


def test_a_back_up_that_is_still_to_come_is_refused(fresh: Place) -> None:
    file = fresh.back_up()
    assert "still to come" in refusal(fresh, altered(file, _made_at("2026-03-02T12:00:00.000001Z")))
    assert fresh.backups.stage(io.BytesIO(altered(file, _made_at("2026-03-02T12:00:00.000000Z"))))


def _made_at(moment: str) -> Callable[[Lines], object]:
    return lambda lines: lines[0].update(madeAt=moment)


def test_no_more_than_three_files_wait_to_be_restored(fresh: Place) -> None:
    file = fresh.back_up()
    tokens = [fresh.backups.stage(io.BytesIO(file)) for _ in range(5)]
    assert [fresh.backups.preview(token) is not None for token in tokens] == [False, False, True, True, True]


def _schema(revision: str) -> Callable[[Lines], object]:
    return lambda lines: lines[0].update(schema=revision)


def test_a_newer_program_s_file_says_to_update_first(fresh: Place) -> None:
    file = fresh.back_up()
    assert "newer version" in refusal(fresh, altered(file, _schema("9999")))
    assert "newer version" in refusal(fresh, altered(file, lambda lines: lines[0].update(formatVersion=2)))


def _more_tables(lines: Lines) -> None:
    lines[0]["tables"]["users"] = {"columns": ["id"], "rows": 0}


def _more_columns(lines: Lines) -> None:
    lines[0]["tables"]["sightings"]["columns"].append("admin")


def _fewer_tables(lines: Lines) -> None:
    del lines[0]["tables"]["incidents" if "incidents" in lines[0]["tables"] else "sightings"]
    lines[1:] = [line for line in lines[1:] if line[0] != "sightings"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_more_tables, "'users'"),
        (_more_columns, "'admin'"),
        (_fewer_tables, "'sightings'"),
        (in_table("listings", "position", "1"), "isn't a whole number"),
        (in_table("listings", "position", 10**30), "isn't a whole number"),
        (in_table("listings", "position", True), "isn't a whole number"),
        (in_table("listings", "position", -1), "can't be used"),
        (in_table("listings", "revision", 2**60), "can't be used"),
        (in_table("listings", "name", None), "is missing"),
        (in_table("listings", "name", ["a"]), "isn't text"),
        (in_table("listings", "name", "a\0b"), "characters that can't be stored"),
        (in_table("listings", "name", "\ud800"), "characters that can't be stored"),
        (in_table("listings", "id", "1" * 65), "longer than 64"),
        (in_table("listings", "unmapped", 1), "neither true nor false"),
        (in_table("listings", "created_at", "yesterday"), "isn't a date and time"),
        (in_table("listings", "created_at", "2026-02-31T12:00:00.000000Z"), "created_at"),
        (in_table("listings", "status", "gone"), "can't be used"),
        (in_table("listings", "kind", "planet"), "can't be used"),
        (in_table("listings", "connection_id", "nobody's"), "contradicts itself"),
        (in_table("issued_tokens", "family_id", 77), "contradicts itself"),
        (in_table("rates", "data", {"amount": "a lot"}), "can't be used"),
        (in_table("rates", "data", []), "can't be used"),
        (in_table("rates", "data", {"source_id": "1", "item_id": "1", "name": "a\0"}), "can't be used"),
        (in_table("price_changes", "new", {"amount": "1"}), "can't be used"),
        (in_table("price_changes", "new", "free"), "can't be used"),
        (in_table("overrides", "amount", "NaN"), "can't be used"),
        (in_table("overrides", "amount", "x"), "can't be used"),
        (in_table("hub_credentials", "state", "hacked"), "can't be used"),
        (in_table("hub_credentials", "id", 2), "can't be used"),
        (in_table("operators", "session_epoch", 2**40), "isn't a whole number"),
        (in_table("counters", "name", "other"), "counter"),
    ],
)
def test_what_is_wrong_is_told(site_with_rows: Place, change: Callable[[Lines], object], told: str) -> None:
    assert told in refusal(site_with_rows, altered(site_with_rows.back_up(), change))


def test_a_row_that_is_there_twice_is_told(site_with_rows: Place) -> None:
    def twice(lines: Lines) -> None:
        lines[0]["tables"]["sightings"]["rows"] = 2
        row = next(line for line in lines[1:] if line[0] == "sightings")
        lines.insert(lines.index(row), row)

    assert "contradicts itself" in refusal(site_with_rows, altered(site_with_rows.back_up(), twice))


@pytest.mark.parametrize("raw", ['{"a": 1e999}', '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000], ids=len)
def test_json_that_databases_would_not_take_or_nobody_wrote(site_with_rows: Place, raw: str) -> None:
    lines: list[Any] = unpacked(site_with_rows.back_up())
    at = next(number for number, line in enumerate(lines) if number and line[0] == "rates")
    position = lines[0]["tables"]["rates"]["columns"].index("raw") + 1
    lines[at][position] = "RAW"
    lines[at] = json.dumps(lines[at]).replace('"RAW"', raw)
    refusal(site_with_rows, packed(lines))


@pytest.mark.parametrize("token", ["", ".", "..", "../../etc", "x" * 32, "0" * 32, "0" * 31 + "\n"])
def test_a_token_that_was_never_given_out_names_nothing(fresh: Place, token: str, tmp_path: Path) -> None:
    (tmp_path / "fresh" / "backups").mkdir(parents=True, exist_ok=True)
    assert fresh.backups.preview(token) is None
    assert fresh.backups.restore(token, "x") is None
    fresh.backups.folder.discard(token)
    assert fresh.backups.folder.copy(token) is None
    assert (tmp_path / "fresh").is_dir()
