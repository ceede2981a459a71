"""The settings of the embedded PostgreSQL server."""

import os

PORT = "5432"
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 256, 2048


def shared_buffers() -> str:
    """Return a quarter of the computer's memory, within limits, as PostgreSQL's manual advises.

    The catalog of two thousand schemas has half a gigabyte, and every statement reads the catalog.
    """
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return f"{min(max(memory // 4, LEAST_BUFFERS_MB), MOST_BUFFERS_MB)}MB"


SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "max_connections": "200",
    # A transaction that creates or drops an agency's schema locks all tables and indexes.
    "max_locks_per_transaction": "256",
    "shared_buffers": shared_buffers(),
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
    # Statements are not logged, because they contain what people have written
    # (tenants/isolation/statement_log.py).
    "log_destination": "stderr",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# The settings for data that may be lost in a crash, as in tests.
CARELESS_SETTINGS = {
    # The buffers are small, because PostgreSQL searches all buffers when a table is dropped.
    "shared_buffers": f"{LEAST_BUFFERS_MB}MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    # The limit is small, because the data may be in memory.
    "max_wal_size": "256MB",
    "max_wal_senders": "0",
}
