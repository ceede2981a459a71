"""Advisory locks between workers of one agency, released when the transaction ends."""

from django.db import connection

# Each number, together with the name of the schema, identifies one lock; the numbers are arbitrary.
ESCALATION, STAFF_MAIL = 0x1_45_B1, 0x1_45_B2


def worker_lock(number: int, *, is_waiting: bool = True) -> bool:
    """Take a lock of the current agency; return ``False`` if another worker has the lock.

    With ``is_waiting`` the function waits for the lock and always returns ``True``.
    """
    name = "pg_advisory_xact_lock" if is_waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, hashtext(current_schema()))", [number])
        return is_waiting or bool(cursor.fetchone()[0])
