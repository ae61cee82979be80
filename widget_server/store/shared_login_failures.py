"""Failed log-ins by address in Redis, for several machines: the twin of `login_failures.py`, without its writes to the
database. Whatever goes wrong with Redis is `StoreUnavailable`: the caller counts in the database then.
"""

import secrets
from datetime import UTC, datetime, timedelta

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from widget_server.errors import StoreUnavailable

PATIENCE_SECONDS = 0.5
"""A Redis that is away must not keep the operator waiting."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TAKE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
local allowed = tonumber(ARGV[3])
if redis.call('ZCARD', KEYS[1]) >= allowed then
  return redis.call('ZREVRANGE', KEYS[1], allowed - 1, allowed - 1, 'WITHSCORES')[2]
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return false
"""
"""Now, what is too old to count, how many are allowed, the window in ms, a name. One step for Redis: of attempts at the
same moment no two take the last place."""


class SharedLoginFailures:
    """In the Redis at `url`, under keys that begin with `prefix`. Connects when it is first asked."""

    def __init__(self, url: str, prefix: str) -> None:
        # Without retries: redis-py would try for seconds, and the database is the better second try.
        self._redis = Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._take = self._redis.register_script(_TAKE)
        self._prefix = prefix

    def take(self, address: str, now: datetime, window: timedelta, allowed: int) -> datetime | None:
        """As `login_failures.take`. Raises `StoreUnavailable`."""
        arguments = (_number(now), _number(now - window), allowed, window // timedelta(milliseconds=1))
        try:
            oldest = self._take(keys=[self._key(address)], args=[*arguments, secrets.token_hex(8)])
        except RedisError as error:
            raise StoreUnavailable(f"Redis can't be used now: {error}") from error
        return None if oldest is None else _EPOCH + int(float(oldest)) * _MICROSECOND

    def forget(self, address: str) -> None:
        """Drop all failures of `address`. Raises `StoreUnavailable`."""
        try:
            self._redis.delete(self._key(address))
        except RedisError as error:
            raise StoreUnavailable(f"Redis can't be used now: {error}") from error

    def _key(self, address: str) -> str:
        return f"{self._prefix}{address}"


def _number(moment: datetime) -> int:
    """Microseconds since 1970: exact in the doubles that Redis sorts by, until the year 2255."""
    return (moment - _EPOCH) // _MICROSECOND
