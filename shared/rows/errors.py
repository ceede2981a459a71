"""The error for a row that exists already."""


class AlreadyInserted(Exception):
    """The error for a row whose key exists already; nothing was written."""
