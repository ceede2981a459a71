"""The check that PostgreSQL does not write the text of statements into its log.

psycopg2 puts values into the text of a statement, so the server's log could contain a complaint
with name and address. People who may not read complaints can read the log.
"""

from tenants.isolation.schema_switch import as_owner
from tenants.isolation.sql import sql_rows

# Each setting with the only value that writes no statement text into the log.
SAFE = {
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
    # The value ``panic`` keeps statements that failed or caused a warning out of the log.
    "log_min_error_statement": "panic",
    # The value ``terse`` keeps the DETAIL of an error, which can contain a row, out of the log.
    "log_error_verbosity": "terse",
    "debug_print_raw_parse": "off",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    # The settings of PostgreSQL modules that a server may have loaded.
    "auto_explain.log_min_duration": "-1",
    "pgaudit.log": "none",
    "pgaudit.role": "",
}
# The text of an empty value in a message.
QUOTES = "''"
DESTINATION = "log_destination"
# These log formats contain the DETAIL of an error even with log_error_verbosity ``terse``.
WITH_DETAILS = frozenset({"csvlog", "jsonlog"})


def unsafe_settings() -> list[str]:
    """Return a line for each setting that writes statements into the server's log.

    Each line names the present value of the setting and the value to set.
    """
    with as_owner():
        # current_setting returns NULL for a setting that this server does not have.
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
