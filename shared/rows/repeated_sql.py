"""SQL that is sent again and again with other values."""


class RepeatedSql(str):
    """SQL that a database connection may prepare for the schema in which it is sent.

    Each ``%s`` is one value, and the values are no part of the plan: the statement is planned once
    for all values. The text is the same object at each use.
    """

    __slots__ = ()
