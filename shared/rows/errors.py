"""Why rows were not written."""


class AlreadyInserted(Exception):
    """The row that may be written once is there already, and nothing was written."""
