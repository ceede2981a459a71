"""Whether PostgreSQL may write the text of statements, and with it people's words, into its log.

psycopg2 puts values into the text of a statement: one line of a log holds a whole complaint, with
name and address. The log is kept elsewhere than the data, longer, and is read by other people.
"""

from dataclasses import dataclass

from django.db import connection

from tenants.isolation.context import as_owner

# The name of each setting, and the one value with which nothing of a statement is written.
SAFE = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
    # The statement that has failed, or during which something was worth a line.
    "log_min_error_statement": "panic",
    # The row that was refused, and the statements of a deadlock, stand in a line's details.
    "log_error_verbosity": "terse",
    "debug_print_raw_parse": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    # Of modules that a server may have loaded.
    "auto_explain.log_min_duration": "-1",
    "pgaudit.log": "none",
    "pgaudit.role": "",
}
# How an empty value is written.
QUOTES = "''"
DESTINATION = "log_destination"
# They hold a line's details whatever log_error_verbosity says.
WITH_DETAILS = frozenset({"csvlog", "jsonlog"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsafeSetting:
    """A setting under which statements may be logged, and the value that it must have."""

    name: str
    value: str
    wanted: str

    def __str__(self) -> str:
        """The value in force, and the line to set."""
        return f"{self.name} is {self.value or 'empty'}; set {self.name} = {self.wanted or QUOTES}"


def unsafe_settings() -> list[UnsafeSetting]:
    """What would let statements into the server's log, as it is in force for this login."""
    names = [*SAFE, DESTINATION]
    with as_owner(), connection.cursor() as cursor:
        # NULL for a setting that this server has not got.
        cursor.execute(
            "SELECT name, current_setting(name, true) FROM unnest(%s::text[]) AS name", [names]
        )
        found = {name: value for name, value in cursor.fetchall() if value is not None}
    targets = {one.strip() for one in found.pop(DESTINATION, "").split(",")}
    unsafe = [
        UnsafeSetting(name=name, value=value, wanted=SAFE[name])
        for name, value in found.items()
        if value != SAFE[name]
    ]
    if targets & WITH_DETAILS:
        value = ", ".join(sorted(targets))
        unsafe.append(UnsafeSetting(name=DESTINATION, value=value, wanted="stderr"))
    return unsafe
