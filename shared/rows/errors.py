"""Error of inserting a row whose key exists already."""


class AlreadyInserted(Exception):
    """The error that a row to be inserted once exists already; nothing was written."""
