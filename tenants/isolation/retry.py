"""Retries of work whose connection to the database was lost.

When the primary changes (docs/runbooks/standby.md) every connection ends, some during a commit
whose answer never comes: the commit may have happened or not. So only what is safe to repeat is
repeated.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from tenants.isolation.schema_switch import connection

T = TypeVar("T")

# Seconds between the tries, all together longer than a standby takes to become the primary.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)


def retried(unit: Callable[[], T]) -> T:
    """Run ``unit``; when its connection is lost, connect again and run it from the beginning.

    The unit must be safe to repeat: a transaction that finds its work done and does none. Within an
    outer transaction the unit runs once, for the statements before it would be lost.
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
            # A statement that took too long, or a lock that was not given, will do so again. Django
            # may have connected anew by itself, on its way out of a transaction.
            is_same = connection.connection is held and not connection.is_lost
            if is_same and connection.is_usable():
                raise
        connection.close()
        time.sleep(pause)
    return unit()
