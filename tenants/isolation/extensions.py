"""The extensions of PostgreSQL whose operators and functions the tables use."""

from django.db import connection

# Trusted: the owner of a database may make them without being a superuser.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def extensions_ensure() -> None:
    """Make those that the database lacks. Needs the owner of the database."""
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA public')
