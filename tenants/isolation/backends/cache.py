"""Cache backends that raise ``CacheUnavailable`` for a missing table or an error of Redis.

Sign-in attempts are counted in the cache. Without the cache a sign-in must fail, because the number
of attempts would otherwise have no limit.
"""

import json
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.cache.backends import db, redis
from django.db import OperationalError, ProgrammingError

METHODS = (
    *("get", "get_many", "has_key", "set", "add", "touch", "incr"),
    *("delete", "delete_many", "clear"),
)


class CacheUnavailable(OperationalError):
    """The error for a missing cache table, or for a failed call of Redis."""


def _redis_errors() -> tuple[type[Exception], ...]:
    if find_spec("redis") is None:
        return ()
    # The package redis is installed only where CACHE_URL names a Redis server.
    return (import_module("redis.exceptions").RedisError,)


def _guarded(method: Callable[..., Any], errors: tuple[type[Exception], ...]) -> Callable[..., Any]:
    @wraps(method)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except errors as error:
            raise CacheUnavailable(str(error)) from error

    return run


def _guard(cache: type[Any], errors: tuple[type[Exception], ...]) -> None:
    for name in METHODS:
        setattr(cache, name, _guarded(getattr(cache, name), errors))


class JsonCodec:
    """A serializer that stores cached values as JSON.

    Django uses pickle, and loading a pickle can run code. An agency's database role or another
    program may have written the cached value.
    """

    def dumps(self, value: object, _protocol: int | None = None) -> bytes:
        """Return a value as JSON. Raises ``TypeError`` for a type that JSON does not have."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return the value of a JSON text. Raises ``ValueError`` for a text that is not JSON."""
        return json.loads(data)


# Django has no setting for the serializer of its database cache, so the name ``pickle`` in that
# module is replaced.
db.pickle = JsonCodec()  # type: ignore[attr-defined]


class DatabaseCache(db.DatabaseCache):
    """Django's cache in a database table; a missing table raises ``CacheUnavailable``."""


class RedisCache(redis.RedisCache):
    """Django's cache in Redis, with JSON instead of pickles."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(
            server, {**params, "OPTIONS": {**params.get("OPTIONS", {}), "serializer": JsonCodec}}
        )


_guard(DatabaseCache, (ProgrammingError,))
_guard(RedisCache, _redis_errors())
