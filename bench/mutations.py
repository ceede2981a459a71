"""Defects that would mix agencies up, each with the tests that must notice it.

``CONTEXT`` and the others are files of the product. A defect is a text of one of them and what
stands in its place; the text must be there exactly once (tests/tenancy/isolation/test_mutations).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTEXT = "tenants/context.py"
BACKEND = "tenants/backends/base.py"
HOSTS = "tenants/middleware.py"
ROLES = "tenants/roles.py"
JOBS = "shared/jobs/backends.py"
SETTINGS = "config/settings/base.py"

TENANCY = "tests/tenancy"
APART = "tests/tenancy/isolation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One defect: texts of a file, what stands there instead, and the tests that fail with it."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def misfits(self, root: Path) -> list[str]:
        """The texts that do not stand exactly once in the file, and the tests that are missing."""
        source = (root / self.file).read_text()
        lost = [old for old, _new in self.changes if source.count(old) != 1]
        return lost + [test for test in self.tests if not _is_there(root, test)]

    def put_into(self, root: Path) -> None:
        """Change the file of a copy of the code."""
        path = root / self.file
        source = path.read_text()
        for old, new in self.changes:
            source = source.replace(old, new)
        path.write_text(source)


def _is_there(root: Path, test: str) -> bool:
    file, _, name = test.partition("::")
    path = root / file
    return path.exists() and (not name or f"def {name.partition('[')[0]}(" in path.read_text())


def _one(name: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(name=name, file=file, changes=((old, new),), tests=tests)


def mutations() -> Iterator[Mutation]:
    """Every defect, by the part of the code that it breaks."""
    yield from _entering()
    yield from _connections()
    yield from _tasks_and_caches()
    yield from _hosts_and_sessions()
    yield from _links_and_files()
    yield from _row_policies()
    yield from _grants()


def _entering() -> Iterator[Mutation]:
    yield _one(
        "an agency may enter another",
        CONTEXT,
        "if here not in (get_public_schema_name(), agency.schema_name):",
        "if not here:",
        f"{TENANCY}/test_boundary.py::test_an_agency_cannot_enter_another",
    )
    yield _one(
        "a task may enter from another agency",
        CONTEXT,
        "if here not in (get_public_schema_name(), schema_name):",
        "if not here:",
        f"{TENANCY}/test_boundary.py::test_a_task_of_one_agency_cannot_run_inside_another",
    )
    yield _one(
        "a schema of an unknown version is entered",
        CONTEXT,
        "    require_version(agency)\n    with tenant_context",
        "    with tenant_context",
        f"{TENANCY}/test_versions.py::test_nothing_enters_an_agency_that_is_behind",
    )
    yield _one(
        "a thread keeps its last agency",
        CONTEXT,
        "    with tenant_context(agency):\n        yield",
        "    connection.set_tenant(agency)\n    yield",
        f"{TENANCY}/test_boundary.py::test_threads_come_out_in_the_agency_they_went_into",
    )


def _connections() -> Iterator[Mutation]:
    in_force = f"{APART}/test_connections.py::test_the_schema_in_force_is_the_one_entered_after"
    yield _one(
        "the search path is not set",
        BACKEND,
        'return f"{taken}; {search_path}"',
        'return taken if role else f"{taken}; {search_path}"',
        in_force,
    )
    yield _one(
        "the role is not taken on",
        BACKEND,
        'return f"{taken}; {search_path}"',
        "return search_path",
        f"{TENANCY}/test_roles.py::test_each_schema_is_entered_under_its_own_role",
    )
    yield _one(
        "one role for all schemas",
        BACKEND,
        'role_name(self.settings_dict["NAME"], schema) if',
        'role_name(self.settings_dict["NAME"], "public") if',
        f"{TENANCY}/test_boundary.py::test_a_complaint_filed_to_one_agency_is_nowhere_in_the_other",
    )
    yield _one(
        "the belief survives a rollback",
        BACKEND,
        "        self.in_force = None\n        super().rollback()",
        "        super().rollback()",
        f"{APART}/test_connections.py"
        "::test_a_rollback_leads_back_to_the_agency_before_and_the_next_entry_knows_it",
    )
    yield _one(
        "the belief survives a savepoint's rollback",
        BACKEND,
        "            super().savepoint_rollback(sid)\n        finally:\n"
        "            self.in_force = None",
        "            super().savepoint_rollback(sid)\n        finally:\n            pass",
        f"{APART}/test_connections.py"
        "::test_a_savepoints_rollback_takes_a_schema_back_that_was_begun_in_it",
    )
    yield Mutation(
        name="the belief survives the connection",
        file=BACKEND,
        changes=(
            (
                "        self.in_force = None\n        self.answered_at = 0.0\n        super().close()",
                "        super().close()",
            ),
            (
                "        self.in_force = None\n        super().init_connection_state()",
                "        super().init_connection_state()",
            ),
        ),
        tests=(f"{in_force}[a_close]",),
    )
    yield _one(
        "the change of schema is believed in before it is made",
        BACKEND,
        "            change = wrapper.change_to(self.wanted)\n",
        "            change = wrapper.change_to(self.wanted)\n"
        "            wrapper.in_force = self.wanted\n",
        f"{APART}/test_connections.py"
        "::test_a_first_statement_that_fails_takes_the_change_of_schema_back",
    )
    yield _one(
        "a cursor runs in whatever schema is in force",
        BACKEND,
        "        if wrapper.in_force == self.wanted:\n            super().execute(query, vars)",
        "        if wrapper.in_force is not None:\n            super().execute(query, vars)",
        f"{APART}/test_connections.py::test_a_cursor_keeps_to_the_agency_where_it_was_opened",
    )
    yield _one(
        "the owner's rights stay after the owner's work",
        BACKEND,
        "self._owner_depth -= 1",
        "pass",
        f"{in_force}[the_owners_work]",
    )


def _tasks_and_caches() -> Iterator[Mutation]:
    yield _one(
        "a task without a schema runs in public",
        JOBS,
        'kwargs.pop("_schema"))',
        'kwargs.pop("_schema", "public"))',
        f"{APART}/test_tasks.py::test_a_task_without_a_schema_does_not_run",
    )
    yield _one(
        "a task is not stamped with its schema",
        JOBS,
        '{"_schema": getattr(connection, "schema_name", "public"), **kwargs}',
        '{"_schema": "public", **kwargs}',
        "tests/jobs/test_queue.py::test_a_task_runs_in_the_schema_where_it_was_enqueued",
    )
    yield _one(
        "a task that is written with a filing is not stamped",
        JOBS,
        '{"_schema": getattr(connection, "schema_name", "public"), **arguments}',
        '{"_schema": "public", **arguments}',
        f"{APART}/test_tasks.py"
        "::test_the_letter_of_a_filing_leaves_from_the_agency_that_it_was_filed_to",
    )
    yield _one(
        "a worker does not enter the schema of its task",
        JOBS,
        "with _backend().schema_entered(schema):",
        "if schema:",
        f"{APART}/test_tasks.py"
        "::test_a_worker_takes_the_tasks_of_agencies_by_turns_and_each_sees_its_own",
    )
    yield _one(
        "the cache's key has no schema",
        CONTEXT,
        'f"{connection.schema_name}:{key_prefix}:{version}:{key}"',
        'f"{key_prefix}:{version}:{key}"',
        f"{APART}/test_caches.py::test_one_key_is_another_entry_in_each_schema",
    )


def _hosts_and_sessions() -> Iterator[Mutation]:
    known = f"{TENANCY}/test_hosts.py::test_a_host_shows_its_site_and_a_stranger_gets_404"
    yield _one(
        "a forwarded host chooses the agency",
        HOSTS,
        'request.META.get("HTTP_HOST", "")',
        'request.META.get("HTTP_X_FORWARDED_HOST", request.META.get("HTTP_HOST", ""))',
        f"{TENANCY}/test_hosts.py::test_a_forwarded_host_does_not_choose_the_agency",
    )
    yield _one(
        "a forwarded host stands in addresses",
        SETTINGS,
        "USE_X_FORWARDED_HOST = False",
        "USE_X_FORWARDED_HOST = True",
        f"{APART}/test_links.py::test_the_addresses_in_an_answer_follow_the_host_and_no_forwarded_one",
    )
    split = 'host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())'
    as_it_came = 'host = request.META.get("HTTP_HOST", "").partition(":")[0]'
    # Django's own way of splitting would make up for what is left out.
    yield _one("a host is compared with its capitals", HOSTS, split, as_it_came, known)
    yield Mutation(
        name="a host is compared with its last dot",
        file=HOSTS,
        changes=((split, f"{as_it_came}.lower()"), ('host.rstrip(".")', "host")),
        tests=(known,),
    )
    yield _one(
        "one host's answer is remembered for every host",
        "shared/kernel/remembering.py",
        "kept = self._kept.get(key)",
        "kept = next(iter(self._kept.values()), None)",
        f"{APART}/test_threads.py::test_threads_that_serve_consoles_by_turns_show_each_its_own",
    )
    yield _one(
        "a stranger's host is answered from the last agency",
        HOSTS,
        "start_in(None)",
        "pass",
        f"{TENANCY}/test_hosts.py"
        "::test_a_thread_that_last_served_an_agency_does_not_answer_another_host_from_there",
    )
    yield _one(
        "a console works on tables of an unknown version",
        HOSTS,
        "require_version(domain.tenant)",
        "pass",
        f"{TENANCY}/test_versions.py"
        "::test_the_console_of_an_agency_that_is_behind_says_when_to_come_back",
    )
    yield _one(
        "a session is a signed cookie",
        SETTINGS,
        "django.contrib.sessions.backends.db",
        "django.contrib.sessions.backends.signed_cookies",
        f"{APART}/test_sessions.py::test_a_cookie_of_one_agency_opens_no_other_console",
    )
    yield _one(
        "a session's cookie goes to every host",
        SETTINGS,
        "SESSION_COOKIE_DOMAIN = None",
        'SESSION_COOKIE_DOMAIN = ".testserver"',
        f"{APART}/test_sessions.py::test_a_cookie_names_no_domain_and_only_its_own_host_gets_it",
    )


def _links_and_files() -> Iterator[Mutation]:
    yield _one(
        "the second half is no part of the look-up",
        "tenants/services.py",
        'f"lookup:{kind}", reference.encode(), value.encode())',
        'f"lookup:{kind}", reference.encode())',
        f"{APART}/test_links.py::test_the_halves_of_two_receipts_open_neither",
    )
    yield _one(
        "a token is not bound to its route",
        "tenants/gateway.py",
        "rows.filter(digest=token_digest(token), expires_at__gt",
        "rows.filter(expires_at__gt",
        f"{APART}/test_links.py::test_what_is_not_exactly_a_token_opens_nothing",
    )
    yield _one(
        "a receipt's link is signed without its purpose",
        "public_portal/intake/selectors.py",
        'Signer(salt="public.intake.receipt", sep=".")',
        'Signer(sep=".")',
        f"{APART}/test_links.py::test_what_was_signed_for_another_purpose_is_no_receipt",
    )
    yield _one(
        "a file is found without its case",
        "shared/complaints/selectors.py",
        "Attachment.objects.filter(complaint__reference=reference, pk=attachment_id)",
        "Attachment.objects.filter(pk=attachment_id)",
        f"{APART}/test_files.py::test_a_citizen_reads_no_file_of_another_citizen_of_the_same_agency",
    )
    yield _one(
        "the address names the agency of a file of figures",
        "agency_console/reports/views.py",
        'agency_code=request.agency.code)\n    if "months"',
        'agency_code=request.GET.get("agency", request.agency.code))\n    if "months"',
        f"{APART}/test_answers.py::test_the_file_of_ones_own_figures_counts_ones_own_cases",
    )


def _row_policies() -> Iterator[Mutation]:
    own_rows = f"{APART}/test_grants.py::test_of_the_shared_tables_each_agency_sees_its_own_rows"
    yield _one(
        "no row policy on routes",
        ROLES,
        '    "tenants_route": f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        own_rows,
    )
    yield _one(
        "no row policy on idempotency keys",
        ROLES,
        '    "tenants_submissionkey": f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        f"{APART}/test_grants.py::test_an_agency_binds_no_idempotency_key_in_the_name_of_another",
    )
    yield _one(
        "no row policy on the outbox",
        ROLES,
        '    OUTBOX: f"schema_name = {_OWN_SCHEMA}",\n',
        "",
        own_rows,
        f"{TENANCY}/test_roles.py::test_an_agency_cannot_announce_in_the_name_of_another",
    )
    yield _one(
        "no row policy on the queue of tasks",
        ROLES,
        "f\"args_kwargs -> 'kwargs' ->> '_schema' = {_OWN_SCHEMA}\"",
        '"true"',
        f"{APART}/test_grants.py::test_an_agency_sees_no_task_of_another",
    )
    yield _one(
        "no row policy on the register's cases",
        ROLES,
        '    "register_registercase": f"agency_code = {_OWN_CODE}",\n',
        "",
        f"{TENANCY}/test_roles.py::test_an_agency_sees_its_own_routes_and_figures_alone",
    )
    yield _one(
        "no row policy on the register's months",
        ROLES,
        '    "register_registermonth": f"agency_code = {_OWN_CODE}",\n',
        "",
        own_rows,
    )
    yield _one(
        "no row policy on the cache",
        ROLES,
        "f\"split_part(cache_key, ':', 1) = {_OWN_SCHEMA}\"",
        '"true"',
        f"{APART}/test_caches.py::test_in_the_table_of_the_cache_an_agency_sees_its_own_rows_alone",
    )


def _grants() -> Iterator[Mutation]:
    strays = f"{APART}/test_grants.py::test_no_role_has_a_right_on_a_table_of_another_agency"
    usage = """GRANT USAGE ON SCHEMA "{schema_name}" TO "{role}"'"""
    tables = """GRANT {ALL} ON TABLES TO "{role}"'"""
    for name, whom, test in (
        ("agencies are granted each other's tables", "_agencies_group()", strays),
        (
            "the national side is granted agencies' tables",
            "role_name(_database(), NATIONAL_SCHEMA)",
            f"{TENANCY}/test_roles.py::test_the_national_side_is_refused_every_agency",
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
    yield _one(
        "an agency may change its events",
        ROLES,
        """f'REVOKE UPDATE, DELETE ON {locked} FROM "{role}"',""",
        "",
        f"{TENANCY}/test_roles.py::test_an_event_can_be_neither_changed_nor_removed",
    )
    yield _one(
        "an agency may read the national people",
        ROLES,
        '    "tenants_agency": READ,\n',
        '    "tenants_agency": READ,\n    "accounts_user": READ,\n',
        f"{APART}/test_grants.py::test_of_the_national_tables_an_agency_has_those_that_are_listed",
    )
