"""The PostgreSQL extensions whose operators and functions the tables use."""

from django.db import connection

# These extensions are trusted: a database's owner may create them without being a superuser.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def extensions_ensure() -> None:
    """Create the extensions that the database lacks; only the owner of the database may do this."""
    with connection.cursor() as cursor:
        # The list is read first because a cluster passes even IF NOT EXISTS on to the nodes, and
        # they refuse it to all but the superuser who made the extension.
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        for name in [one for one in EXTENSIONS if one not in present]:
            cursor.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA public')
