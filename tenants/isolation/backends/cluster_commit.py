"""One commit for what a transaction has written on the coordinator and on a node.

Citus commits in two phases when a transaction has written on several servers, and to it a plain
table of the public schema is on none: after a crash between the two commits, a case could be there
without its route. So each transaction that has written in an agency's schema touches a table of the
public schema that Citus knows. It is empty and stays so: what counts is that a statement which may
write is run here.
"""

import re

COMMIT_TABLE = "cluster_commit"
TOUCH = f"DELETE FROM public.{COMMIT_TABLE} WHERE id = 0"  # noqa: S608

_READS = re.compile(r"\s*\(?\s*(SELECT|SHOW|SET|RESET|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


def may_change_rows(query: object) -> bool:
    """Return whether a statement may change rows; of ``WITH`` only its parts would tell."""
    return not (isinstance(query, str) and _READS.match(query))
