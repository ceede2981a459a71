"""A single commit for the rows that a transaction has written on the coordinator and on a node.

Citus commits in two phases when a transaction has written on several servers, but ignores plain
tables of the public schema: after a crash between the two commits, a case could exist without its
route. So each transaction that has written in an agency's schema also runs a writing statement on a
table of the public schema that Citus knows. That table stays empty.
"""

import re

COMMIT_TABLE = "cluster_commit"
TOUCH = f"DELETE FROM public.{COMMIT_TABLE} WHERE id = 0"  # noqa: S608

_READS = re.compile(r"\s*\(?\s*(SELECT|SHOW|SET|RESET|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def may_change_rows(query: object) -> bool:
    """Return whether a statement may change rows; a statement that begins with ``WITH`` counts."""
    return not (isinstance(query, str) and _READS.match(query))
