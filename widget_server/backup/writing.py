"""A database into a file: gzip over lines of JSON, the manifest first, then every row, a digest of it all last.

    {"format": "pricing-widget back-up", "formatVersion": 1, …, "tables": {"listings": {"columns": […], "rows": 2}}}
    ["listings", "location", "1198", "London", …]
    ["listings", "resource", "7843", "Meeting room", …]
    ["end", "9f86d081884c…"]

Any engine can be written and read so, in bounded memory; and `zcat` shows it should nothing of ours be left.
"""

import gzip
import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import IO, Any

from sqlalchemy import Connection, Table, func, select

from widget_server.backup.copying import rows_at_once
from widget_server.backup.manifest import About, Manifest, Part
from widget_server.backup.values import to_json
from widget_server.store.schema import revision_of

END = "end"


def write(connection: Connection, tables: Sequence[Table], about: About, out: IO[bytes]) -> Manifest:
    """Write all rows of `tables` as `connection`'s transaction sees them: it must see one moment throughout."""
    parts = {table.name: Part(tuple(table.c.keys()), _count(connection, table)) for table in tables}
    manifest = Manifest(about, revision_of(connection), parts)
    digest = hashlib.sha256()
    packing = gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=6)
    with packing as packed, closing(_lines(connection, tables, manifest)) as lines:
        for line in lines:
            digest.update(line)
            packed.write(line)
        packed.write(_line([END, digest.hexdigest()]))
    return manifest


def _lines(connection: Connection, tables: Sequence[Table], manifest: Manifest) -> Generator[bytes, None, None]:
    yield _line(manifest.to_json())
    for table in tables:
        found = select(table).order_by(*table.primary_key)
        most = rows_at_once(connection, table)
        with connection.execute(found, execution_options={"yield_per": most}) as rows:
            for row in rows:
                yield _line([table.name, *map(to_json, row)])


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
