"""A two-phase commit for a transaction that writes on the coordinator and on a node.

Citus uses two phases only if the transaction has changed tables that Citus manages on both servers.
Most tables of the public schema are plain tables. Without the second phase, a crash could leave a
case without its route. So each transaction that writes in an agency's schema also runs ``TOUCH`` on
a table of the public schema that Citus manages. The table ``COMMIT_TABLE`` stays empty.
"""

import re

COMMIT_TABLE = "cluster_commit"
TOUCH = f"DELETE FROM public.{COMMIT_TABLE} WHERE id = 0"  # noqa: S608

_READS = re.compile(r"\s*\(?\s*(SELECT|SHOW|SET|RESET|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def may_change_rows(query: object) -> bool:
    """Return whether a statement may change rows, according to the statement's first word."""
    return not (isinstance(query, str) and _READS.match(query))
