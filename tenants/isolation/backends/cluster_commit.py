"""One commit for what a transaction has written on the coordinator and on a node.

Citus commits in two phases when a transaction has written on several servers, and counts a plain
table of the public schema for none of them: after a crash between the two commits, a case could be
there without its route. So each transaction that has written in an agency's schema touches a table
of the public schema that Citus knows. The table stays empty: what counts is that a statement which
may write is run on it.
"""

import re

COMMIT_TABLE = "cluster_commit"
TOUCH = f"DELETE FROM public.{COMMIT_TABLE} WHERE id = 0"  # noqa: S608

_READS = re.compile(r"\s*\(?\s*(SELECT|SHOW|SET|RESET|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def may_change_rows(query: object) -> bool:
    """Return whether a statement may change rows; one that begins with ``WITH`` always counts."""
    return not (isinstance(query, str) and _READS.match(query))
