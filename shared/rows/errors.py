"""The error for a row that exists already."""


class AlreadyInserted(Exception):
    """The error for a row that is inserted a second time; nothing was written."""
