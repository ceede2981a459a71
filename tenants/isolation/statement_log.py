"""The check that PostgreSQL does not write the text of statements into its log.

psycopg2 puts values into the text of a statement: one line of a log holds a whole complaint, with
name and address. The log is kept elsewhere than the data, longer, and is read by other people.
"""

from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import sql_rows

# The name of each setting, and the one value with which nothing of a statement is written.
SAFE = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
    # The statement that has failed, or that caused a warning.
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
# These formats hold a line's details whatever log_error_verbosity says.
WITH_DETAILS = frozenset({"csvlog", "jsonlog"})


def unsafe_settings() -> list[str]:
    """List the settings in force for this login that write statements into the server's log.

    Each line has a setting's value and the line to set.
    """
    with as_owner():
        # NULL for a setting that this server has not got.
        rows = sql_rows(
            "SELECT name, current_setting(name, true) FROM unnest(%s::text[]) AS name",
            [*SAFE, DESTINATION],
        )
    found = {name: value for name, value in rows if value is not None}
    targets = {one.strip() for one in found.pop(DESTINATION, "").split(",")}
    unsafe = [(name, value, SAFE[name]) for name, value in found.items() if value != SAFE[name]]
    if targets & WITH_DETAILS:
        unsafe.append((DESTINATION, ", ".join(sorted(targets)), "stderr"))
    return [
        f"{name} is {value or 'empty'}; set {name} = {wanted or QUOTES}"
        for name, value, wanted in unsafe
    ]
