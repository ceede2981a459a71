"""Advisory locks between the workers of one agency's cases, held until the transaction ends."""

from django.db import connection

# Arbitrary constants: with the schema each identifies one lock.
ESCALATION, STAFF_MAIL = 0x1_45_B1, 0x1_45_B2


def worker_lock(number: int, *, is_waiting: bool = True) -> bool:
    """Take a lock of the entered agency; ``False`` where another worker has it.

    With ``is_waiting`` the lock is waited for, and the result is always ``True``.
    """
    name = "pg_advisory_xact_lock" if is_waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, hashtext(current_schema()))", [number])
        return is_waiting or bool(cursor.fetchone()[0])
