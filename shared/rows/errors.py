"""Error of inserting a row whose key exists already."""


class AlreadyInserted(Exception):
    """The error for a row that is inserted a second time; nothing was written."""
