"""Keys that others hold aren't turned back, and what another secret key can't read has to be entered again."""

import io
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from tests import seeding
from tests.backup.conftest import Place
from tests.backup.files import altered, in_table
from tests.conftest import FakeClock
from widget_server.backup.service import HUB_TOKENS, Preview
from widget_server.connect.opaque import fingerprint
from widget_server.hub.tokens import UNREADABLE
from widget_server.store import access_tokens, authorizations, platform_secrets
from widget_server.store.tables import listings, site_settings

FIRST_REFRESH = "refresh-token-with-access-token-of-99-1198"


def is_good(place: Place, access_token: str) -> bool:
    with place.database.read() as connection:
        found = authorizations.find_access(connection, fingerprint(access_token))
    return found is not None and not found.revoked


def test_a_connection_that_was_ended_since_stays_ended(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    with place.database.write() as connection:
        authorizations.revoke_all(connection, "disconnected by the operator", clock())
    place.restore(file)
    assert not is_good(place, "access-token-of-99-1198")
    assert place.row("connections")["connected_at"] is None


def test_tokens_renewed_since_stay_good(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    pair = authorizations.TokenPair(fingerprint("new"), fingerprint("newer"), clock() + timedelta(hours=1))
    with place.database.write() as connection:
        assert authorizations.refresh(connection, fingerprint(FIRST_REFRESH), pair, clock())
    place.restore(file)
    assert is_good(place, "new")
    with place.database.write() as connection:
        again = authorizations.TokenPair("a" * 64, "b" * 64, clock())
        assert authorizations.refresh(connection, fingerprint("newer"), again, clock())


def test_a_connection_made_since_stays_and_goes_on_syncing_its_locations(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    with place.database.write() as connection:
        authorizations.revoke_connection(connection, "99", "replaced", clock())
    token = seeding.connect(place.database, clock, "150", seeding.LONDON)
    place.restore(file)
    assert is_good(place, token)
    assert _syncs(place, seeding.LONDON) == "150"


def test_a_newer_back_up_after_an_older_one_brings_the_newer_tokens(
    place: Place, fresh: Place, clock: FakeClock
) -> None:
    """An operator who tries back-ups until it is the right one loses no connection by it."""
    fresh.restore(place.back_up())
    clock.advance(hours=1)
    pair = authorizations.TokenPair(fingerprint("new"), fingerprint("newer"), clock() + timedelta(hours=1))
    with place.database.write() as connection:
        assert authorizations.refresh(connection, fingerprint(FIRST_REFRESH), pair, clock())
        assert platform_secrets.retire(connection, 1, clock())
    fresh.restore(place.back_up())
    assert is_good(fresh, "new")
    assert len(fresh.rows("token_families")) == 1
    assert fresh.row("platform_secrets")["retired_at"] == clock()


def test_a_client_secret_retired_since_stays_retired(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    with place.database.write() as connection:
        platform_secrets.add(connection, "b" * 64, clock())
        assert platform_secrets.retire(connection, 1, clock())
    place.restore(file)
    with place.database.read() as connection:
        assert [each.secret_hash for each in platform_secrets.good(connection)] == ["b" * 64]


def test_another_site_s_connections_go_again_when_it_is_undone(place: Place, fresh: Place, clock: FakeClock) -> None:
    seeding.add_listings(fresh.database, clock)
    token = seeding.connect(fresh.database, clock, "7", seeding.BERLIN)
    with fresh.database.write() as connection:
        platform_secrets.add(connection, "f" * 64, clock())
    clock.advance(hours=1)
    foreign = fresh.back_up()
    clock.advance(hours=1)
    done = place.restore(foreign)
    assert is_good(place, token)
    assert not is_good(place, "access-token-of-99-1198")
    copy = place.backups.folder.copy(done.copy)
    assert copy is not None
    place.restore(copy.read_bytes())
    assert not is_good(place, token)
    assert is_good(place, "access-token-of-99-1198")
    assert [row["id"] for row in place.rows("connections")] == ["99"]
    assert [row["secret_hash"] for row in place.rows("platform_secrets")] == ["a" * 64]


def test_with_another_key_the_connection_asks_to_be_made_again(place: Place, fresh: Place, clock: FakeClock) -> None:
    other = Place(fresh.database, fresh.settings.data_dir, clock, key="another key of forty characters or more!")
    file = place.back_up()
    preview = _preview(other, file)
    assert not preview.has_same_key
    assert preview.sealed == (HUB_TOKENS, "syncaroo_client_secret")
    done = other.restore(file)
    assert done.sealed == (HUB_TOKENS, "syncaroo_client_secret")
    held = other.row("hub_credentials")
    assert (held["state"], held["problem"]) == ("needs_reconnect", UNREADABLE)
    assert held["refresh_token"] is not None, "the key may come back"
    assert other.site.current().syncaroo_client_secret is None


def test_with_the_same_key_nothing_has_to_be_entered_again(place: Place, fresh: Place) -> None:
    preview = _preview(fresh, place.back_up())
    assert (preview.has_same_key, preview.sealed, preview.hub_stays) == (True, (), False)
    fresh.restore(place.back_up())
    assert fresh.site.current().syncaroo_client_secret == "s3cret"
    assert fresh.row("hub_credentials")["state"] == "connected"


def test_what_cannot_be_read_comes_from_the_environment_where_that_has_it(
    place: Place, fresh: Place, clock: FakeClock
) -> None:
    keys = {"WIDGET_SYNCAROO_CLIENT_ID": "id", "WIDGET_SYNCAROO_CLIENT_SECRET": "from the environment"}
    key = "another key of forty characters or more!"
    other = Place(fresh.database, fresh.settings.data_dir, clock, key=key, **keys)
    other.site.seed()
    assert other.restore(place.back_up()).sealed == (HUB_TOKENS,)
    assert other.site.current().syncaroo_client_secret == "from the environment"


def test_restored_settings_hold_over_the_environment_until_that_changes(
    place: Place, fresh: Place, clock: FakeClock
) -> None:
    other = Place(fresh.database, fresh.settings.data_dir, clock, WIDGET_ACCENT="#ffffff")
    other.site.seed()
    other.restore(place.back_up())
    other.site.seed()  # as the next start does
    assert other.site.current().accent == "#123456"


def test_a_key_entered_since_stays(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    changed = {"value": place.site._cipher.encrypt("newer"), "updated_at": clock()}
    place.change(
        update(site_settings).where(site_settings.c.name == "syncaroo_client_secret").values(**changed),
        update(site_settings).where(site_settings.c.name == "accent").values(value="#000000", updated_at=clock()),
    )
    place.restore(file)
    now = place.site.current()
    assert (now.syncaroo_client_secret, now.accent) == ("newer", "#123456")


def _syncs(place: Place, location: str) -> Any:
    with place.database.read() as connection:
        found = select(listings.c.connection_id).where(listings.c.kind == "location", listings.c.id == location)
        return connection.execute(found).scalar_one()


def _preview(place: Place, file: bytes) -> Preview:
    found = place.backups.preview(place.backups.stage(io.BytesIO(file)))
    assert found is not None
    return found


def test_a_program_s_token_that_was_revoked_since_stays_revoked(place: Place, fresh: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    with place.database.write() as connection:
        assert access_tokens.revoke(connection, 1, clock())
        access_tokens.add(connection, "d" * 64, "ghijkl", "Made since", [], clock())
    place.restore(file)
    with place.database.read() as connection:
        assert [token.name for token in access_tokens.good(connection)] == ["Made since"]
    fresh.restore(place.back_up())
    fresh.restore(file)
    with fresh.database.read() as connection:
        assert [token.name for token in access_tokens.good(connection)] == ["Made since"]


def test_rows_from_the_future_go_again_when_it_is_undone(place: Place, fresh: Place, clock: FakeClock) -> None:
    later = "2999-01-01T00:00:00.000000Z"
    file = place.back_up()
    for table, column in (
        ("access_tokens", "created_at"), ("platform_secrets", "created_at"), ("connections", "created_at"),
        ("site_settings", "updated_at"), ("hub_credentials", "connected_at"),
    ):  # fmt: skip
        file = altered(file, in_table(table, column, later))
    fresh.restore(file)
    clock.advance(minutes=1)
    copy = fresh.backups.copies()[0]
    found = fresh.backups.folder.copy(copy.name)
    assert found is not None
    fresh.restore(found.read_bytes())
    for table in ("access_tokens", "platform_secrets", "connections", "site_settings"):
        assert fresh.rows(table) == []
    assert fresh.row("hub_credentials")["connected_at"] is None
