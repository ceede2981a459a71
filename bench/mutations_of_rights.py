"""Defects in the rights of the database roles."""

from collections.abc import Iterator

from bench.mutation import APART, ROLES, Mutation, one


def row_policies() -> Iterator[Mutation]:
    """Yield defects in the row policies of tables that all agencies share."""
    own_rows = f"{APART}/test_grants.py::test_of_the_shared_tables_each_agency_sees_its_own_rows"
    yield one(
        "no row policy on routes",
        ROLES,
        '    "tenants_route": f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        own_rows,
    )
    yield one(
        "no row policy on idempotency keys",
        ROLES,
        '    "tenants_submissionkey": f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        f"{APART}/test_grants.py::test_an_agency_binds_no_idempotency_key_in_the_name_of_another",
    )
    yield one(
        "no row policy on the outbox",
        ROLES,
        '    OUTBOX: f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        own_rows,
        f"{APART}/test_database_roles.py::test_an_agency_cannot_announce_in_the_name_of_another",
    )
    yield one(
        "an agency queues any call",
        ROLES,
        " AND {NEW_ROWS[table]})",
        ")",
        f"{APART}/test_queue_rows.py::test_nothing_else_is_taken",
    )
    yield one(
        "no row policy on the register's cases",
        ROLES,
        '    "register_registercase": f"agency_code = {_OWN_CODE}",\n',
        "",
        f"{APART}/test_database_roles.py::test_an_agency_sees_its_own_routes_and_figures_alone",
    )
    yield one(
        "no row policy on the register's months",
        ROLES,
        '    "register_registermonth": f"agency_code = {_OWN_CODE}",\n',
        "",
        own_rows,
    )
    yield one(
        "no row policy on the cache",
        ROLES,
        "f\"split_part(cache_key, ':', 1) = {_OWN_SCHEMA}\"",
        '"true"',
        f"{APART}/test_caches.py::test_in_the_table_of_the_cache_an_agency_sees_its_own_rows_alone",
    )


def grants() -> Iterator[Mutation]:
    """Yield defects in the grants on tables."""
    strays = f"{APART}/test_grants.py::test_no_role_has_a_right_on_a_table_of_another_agency"
    usage = """GRANT USAGE ON SCHEMA "{schema_name}" TO "{role}"'"""
    tables = """GRANT {ALL} ON TABLES TO "{role}"'"""
    for name, whom, test in (
        ("agencies are granted each other's tables", "_agencies_group()", strays),
        (
            "the national side is granted agencies' tables",
            "role_name(_database(), NATIONAL_SCHEMA)",
            f"{APART}/test_database_roles.py::test_the_national_side_is_refused_every_agency",
        ),
    ):
        wider = '{role}", "{%s}"\'' % whom  # noqa: UP031 - braces that are meant
        yield Mutation(
            name=name,
            file=ROLES,
            changes=(
                (usage, usage.replace("{role}\"'", wider)),
                (tables, tables.replace("{role}\"'", wider)),
            ),
            tests=(test,),
        )
    yield one(
        "an agency may change its events",
        ROLES,
        """f'REVOKE UPDATE, DELETE ON {locked} FROM "{role}"',""",
        "",
        f"{APART}/test_database_roles.py::test_an_event_can_be_neither_changed_nor_removed",
    )
    yield one(
        "an agency may read the national people",
        ROLES,
        '    "tenants_agency": READ,\n',
        '    "tenants_agency": READ,\n    "accounts_user": READ,\n',
        f"{APART}/test_grants.py::test_of_the_national_tables_an_agency_has_those_that_are_listed",
    )
