"""The PostgreSQL extensions whose operators and functions the tables use."""

from django.db import connection

# PostgreSQL lets the owner of a database create these extensions without a superuser.
EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin")


def extensions_ensure() -> None:
    """Create missing extensions; the caller must have the rights of the database's owner."""
    with connection.cursor() as cursor:
        # IF NOT EXISTS is not enough in a cluster: a node refuses the statement to the owner even
        # when the extension exists.
        cursor.execute("SELECT extname FROM pg_extension")
        present = {name for (name,) in cursor.fetchall()}
        for name in [one for one in EXTENSIONS if one not in present]:
            cursor.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}" WITH SCHEMA public')
