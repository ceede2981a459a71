"""The extensions of PostgreSQL whose operators and functions the tables use."""

from django.db import connection

# Trusted: the owner of a database may make them without being a superuser.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def extensions_ensure() -> None:
    """Create the extensions that the database lacks; needs the owner of the database."""
    with connection.cursor() as cursor:
        # Asked before: in a cluster even IF NOT EXISTS is passed on to the nodes, which refuse it
        # to everybody but the superuser who made the extension.
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        for name in [one for one in EXTENSIONS if one not in present]:
            cursor.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA public')
