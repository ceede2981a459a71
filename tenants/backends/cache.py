"""The cache: while it is away, requests that need it are answered 503 and not 500.

The limits on signing in are counted in it. Without it they could only be lifted or fail, and a
limit that an outage lifts is none.
"""

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
    """The cache does not answer, or its table is not there."""


def _redis_errors() -> tuple[type[Exception], ...]:
    if find_spec("redis") is None:
        return ()
    # Installed only where CACHE_URL asks for it.
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


class DatabaseCache(db.DatabaseCache):
    """Django's, in a table; one that is missing is an outage."""


class RedisCache(redis.RedisCache):
    """Django's, in Redis."""


_guard(DatabaseCache, (ProgrammingError,))
_guard(RedisCache, _redis_errors())
