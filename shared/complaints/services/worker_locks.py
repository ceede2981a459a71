"""Locks between two workers of one agency's cases, held until their transactions end."""

from django.db import connection

# Any constants of our own: with the schema each names one lock.
ESCALATION, STAFF_MAIL = 0x1_45_B1, 0x1_45_B2


def worker_lock(number: int, *, is_waiting: bool = True) -> bool:
    """Take a lock of the agency that is entered; ``False`` where another worker has it.

    With ``is_waiting`` it is always ours in the end.
    """
    name = "pg_advisory_xact_lock" if is_waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, hashtext(current_schema()))", [number])
        return is_waiting or bool(cursor.fetchone()[0])
