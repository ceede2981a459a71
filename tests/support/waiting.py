"""Waiting until another process waits for a lock."""

from threading import Event

from django.db import connection

from tests.support.processes import outside_connection


def wait_until_somebody_waits() -> None:
    """Return once a connection of this database waits for a lock; after ten seconds at any rate."""
    outside, never = outside_connection(), Event()
    with outside.cursor() as cursor:
        for _look in range(200):
            cursor.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                [connection.settings_dict["NAME"]],
            )
            if cursor.fetchone():
                break
            never.wait(0.05)
    outside.close()
