"""Retries of work whose connection to the database was lost.

When the primary changes (docs/runbooks/standby.md) every connection ends, even during a commit: the
commit may have happened or not. So only work that is safe to repeat is repeated.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from tenants.isolation.schema_switch import connection

T = TypeVar("T")

# Pauses between the tries in seconds; their sum exceeds the time in which a standby becomes the
# primary.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)


def retried(unit: Callable[[], T]) -> T:
    """Run ``unit``; if the connection is lost, connect again and run ``unit`` from the beginning.

    ``unit`` must be safe to repeat: a transaction that does nothing if its work is already done.
    Within an outer transaction ``unit`` runs once, because a new connection would lose the earlier
    statements.
    """
    if connection.in_atomic_block:
        return unit()
    for pause in PAUSES:
        held, connection.is_lost = None, False
        try:
            connection.ensure_connection()
            held = connection.connection
            return unit()
        except (OperationalError, InterfaceError):
            # A statement that exceeded its time limit, or a lock that was not granted, would fail
            # again. Django may have opened a new connection itself at the end of a transaction.
            is_same = connection.connection is held and not connection.is_lost
            if is_same and connection.is_usable():
                raise
        connection.close()
        time.sleep(pause)
    return unit()
