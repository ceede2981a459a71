"""Errors of insertions that wrote nothing."""


class AlreadyInserted(Exception):
    """The error for a row that is inserted a second time; nothing was written."""


class ConditionUnmet(Exception):
    """The error for rows whose condition is false now; nothing was written."""
