"""A counter of SQL statements and rows for each thread."""

import threading


class StatementCounter(threading.local):
    """How many SQL statements this thread has sent, and how many rows they read or changed.

    A request is answered by one thread, so its own statements are the difference of two readings.
    """

    statements = 0
    rows = 0


SENT = StatementCounter()
