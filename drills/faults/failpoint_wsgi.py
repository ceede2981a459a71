"""A WSGI application with a failpoint before and after each SQL statement, for the faults only.

The header ``X-Failpoint: before:2`` ends the process before the second statement of a request.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from config.wsgi import application as site
from shared.kernel.failpoint import VARIABLE, failpoint

HEADER = "HTTP_X_FAILPOINT"


class Statements:
    """An execute wrapper of Django that counts the SQL statements of a request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        """Run one SQL statement, with a failpoint before and after it."""
        self.count += 1
        failpoint(f"before:{self.count}")
        result = execute(sql, params, many, context)
        failpoint(f"after:{self.count}")
        return result


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request; the request's header may set a failpoint."""
    if HEADER not in environ:
        return site(environ, start_response)
    os.environ[VARIABLE] = environ[HEADER]
    try:
        with connection.execute_wrapper(Statements()):
            return site(environ, start_response)
    finally:
        del os.environ[VARIABLE]
