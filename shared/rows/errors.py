"""Error of an insertion that may happen once."""


class AlreadyInserted(Exception):
    """The row that may be inserted once exists already, and nothing was written."""
