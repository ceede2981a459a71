"""Retries of work whose database connection was lost.

When the primary changes (docs/runbooks/standby.md), every connection is lost. Whether an open
commit succeeded is then unknown, so only work that is safe to repeat may use these retries.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

from tenants.isolation.schema_switch import connection

T = TypeVar("T")

# The pauses between the tries in seconds. A standby needs less than the sum to become the primary.
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)


def retried(unit: Callable[[], T]) -> T:
    """Run ``unit``; if the connection is lost, connect again and run ``unit`` from the beginning.

    ``unit`` must be safe to repeat. Within a transaction of the caller ``unit`` runs only once,
    because a new connection would lose the earlier statements of the transaction.
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
            # If the same connection still works, the error has another cause and would occur again.
            is_same = connection.connection is held and not connection.is_lost
            if is_same and connection.is_usable():
                raise
        connection.close()
        time.sleep(pause)
    return unit()
