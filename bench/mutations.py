"""Defects that would mix agencies' data, each with the tests that must notice the defect.

``CONTEXT`` and similar names are files of the product. A defect replaces a text in such a file; the
file must contain the text exactly once (tests/tenants/isolation/test_mutations).
"""

from collections.abc import Iterator

from bench.mutation import (
    APART,
    BACKEND,
    CONTEXT,
    CURSORS,
    HOSTS,
    QUEUE,
    SETTINGS,
    TASK_BACKEND,
    TENANTS,
    Mutation,
    one,
)
from bench.mutations_of_rights import grants, row_policies


def mutations() -> Iterator[Mutation]:
    """Yield every defect, in the order of the parts of the code that it breaks."""
    yield from _entering()
    yield from _connections()
    yield from _tasks_and_caches()
    yield from _hosts_and_sessions()
    yield from _links_and_files()
    yield from row_policies()
    yield from grants()


def _entering() -> Iterator[Mutation]:
    yield one(
        "an agency may enter another",
        CONTEXT,
        "if here not in (get_public_schema_name(), agency.schema_name):",
        "if not here:",
        f"{APART}/test_boundary.py::test_an_agency_cannot_enter_another",
    )
    yield one(
        "a task may enter from another agency",
        CONTEXT,
        "if here not in (get_public_schema_name(), schema_name):",
        "if not here:",
        f"{APART}/test_boundary.py::test_a_task_of_one_agency_cannot_run_inside_another",
    )
    yield one(
        "a schema of an unknown version is entered",
        CONTEXT,
        "    require_version(agency)\n    wrapper.set_tenant",
        "    wrapper.set_tenant",
        f"{APART}/test_schema_versions.py::test_nothing_enters_an_agency_that_is_behind",
    )
    yield one(
        "a thread keeps its last agency",
        CONTEXT,
        "        wrapper.set_tenant(before)",
        "        pass",
        f"{APART}/test_boundary.py::test_threads_come_out_in_the_agency_they_went_into",
    )


def _connections() -> Iterator[Mutation]:
    in_force = f"{APART}/test_connections.py::test_the_schema_in_force_is_the_one_entered_after"
    yield one(
        "the search path is not set",
        BACKEND,
        'return f"{taken}; {search_path}"',
        'return taken if role else f"{taken}; {search_path}"',
        in_force,
    )
    yield one(
        "the role is not taken on",
        BACKEND,
        'return f"{taken}; {search_path}"',
        "return search_path",
        f"{APART}/test_database_roles.py::test_each_schema_is_entered_under_its_own_role",
    )
    yield one(
        "one role for all schemas",
        BACKEND,
        'role_name(self.settings_dict["NAME"], schema) if',
        'role_name(self.settings_dict["NAME"], "public") if',
        f"{APART}/test_boundary.py::test_a_complaint_filed_to_one_agency_is_nowhere_in_the_other",
    )
    yield one(
        "the belief survives a rollback",
        BACKEND,
        "        self.in_force = None\n        super().rollback()",
        "        super().rollback()",
        f"{APART}/test_connections.py"
        "::test_a_rollback_leads_back_to_the_agency_before_and_the_next_entry_knows_it",
    )
    yield one(
        "the belief survives a savepoint's rollback",
        BACKEND,
        "            raise\n        finally:\n            self.in_force = None",
        "            raise\n        finally:\n            pass",
        f"{APART}/test_connections.py"
        "::test_a_savepoints_rollback_takes_a_schema_back_that_was_begun_in_it",
    )
    yield Mutation(
        name="the belief survives the connection",
        file=BACKEND,
        changes=(
            (
                "        self.in_force = None\n        self.answered_at = 0.0\n",
                "        self.answered_at = 0.0\n",
            ),
            (
                "        self.in_force = None\n        self.entered.clear()\n",
                "",
            ),
        ),
        tests=(f"{in_force}[a_close]",),
    )
    yield one(
        "the change of schema is believed in before it is made",
        CURSORS,
        "            change = wrapper.change_to(self.wanted)\n",
        "            change = wrapper.change_to(self.wanted)\n"
        "            wrapper.in_force = self.wanted\n",
        f"{APART}/test_connections.py"
        "::test_a_first_statement_that_fails_takes_the_change_of_schema_back",
    )
    yield one(
        "a cursor runs in whatever schema is in force",
        CURSORS,
        "        if wrapper.in_force == self.wanted:\n            super().execute(query, vars)",
        "        if wrapper.in_force in (self.wanted, wrapper._wanted()):\n"
        "            super().execute(query, vars)",
        f"{APART}/test_connections.py::test_a_cursor_keeps_to_the_agency_where_it_was_opened",
    )
    yield one(
        "the owner's rights stay after the owner's work",
        BACKEND,
        "self._owner_depth -= 1",
        "pass",
        f"{in_force}[the_owners_work]",
    )


def _tasks_and_caches() -> Iterator[Mutation]:
    yield one(
        "a task without a schema runs in public",
        QUEUE,
        'kwargs.pop("_schema"))',
        'kwargs.pop("_schema", "public"))',
        f"{APART}/test_tasks.py::test_a_task_without_a_schema_does_not_run",
    )
    yield one(
        "a task is not stamped with its schema",
        TASK_BACKEND,
        '{"_schema": getattr(connection, "schema_name", "public"), **kwargs}',
        '{"_schema": "public", **kwargs}',
        f"{APART}/test_queue_rows.py::test_an_agency_queues_its_letters_and_its_scan",
    )
    yield one(
        "a task that is written with a filing is not stamped",
        QUEUE,
        '{"_schema": getattr(connection, "schema_name", "public"), **arguments}',
        '{"_schema": "public", **arguments}',
        f"{APART}/test_tasks.py"
        "::test_the_letter_of_a_filing_leaves_from_the_agency_that_it_was_filed_to",
    )
    yield one(
        "a worker does not enter the schema of its task",
        QUEUE,
        "with imported(seams().enter_schema)(schema):",
        "if schema:",
        f"{APART}/test_tasks.py"
        "::test_a_worker_takes_the_tasks_of_agencies_by_turns_and_each_sees_its_own",
    )
    yield one(
        "the cache's key has no schema",
        CONTEXT,
        'f"{connection.schema_name}:{key_prefix}:{version}:{key}"',
        'f"{key_prefix}:{version}:{key}"',
        f"{APART}/test_caches.py::test_one_key_is_another_entry_in_each_schema",
    )


def _hosts_and_sessions() -> Iterator[Mutation]:
    known = f"{TENANTS}/fleet/test_hosts.py::test_a_host_shows_its_site_and_a_stranger_gets_404"
    yield one(
        "a forwarded host chooses the agency",
        HOSTS,
        'request.META.get("HTTP_HOST", "")',
        'request.META.get("HTTP_X_FORWARDED_HOST", request.META.get("HTTP_HOST", ""))',
        f"{TENANTS}/fleet/test_hosts.py::test_a_forwarded_host_does_not_choose_the_agency",
    )
    yield one(
        "a forwarded host stands in addresses",
        SETTINGS,
        "USE_X_FORWARDED_HOST = False",
        "USE_X_FORWARDED_HOST = True",
        f"{APART}/test_links.py::test_the_addresses_in_an_answer_follow_the_host_and_no_forwarded_one",
    )
    split = 'host, _port = split_domain_port(request.META.get("HTTP_HOST", "").lower())'
    as_it_came = 'host = request.META.get("HTTP_HOST", "").partition(":")[0]'
    # Both defects replace Django's split too, because it would repair the omission.
    yield one("a host is compared with its capitals", HOSTS, split, as_it_came, known)
    yield Mutation(
        name="a host is compared with its last dot",
        file=HOSTS,
        changes=((split, f"{as_it_came}.lower()"), ('host.rstrip(".")', "host")),
        tests=(known,),
    )
    yield one(
        "one host's answer is remembered for every host",
        "tenants/agencies/selectors.py",
        "known := _address_book().domains.get(host)",
        "known := next(iter(_address_book().domains.values()))",
        f"{APART}/test_threads.py::test_threads_that_serve_consoles_by_turns_show_each_its_own",
    )
    yield one(
        "a stranger's host is answered from the last agency",
        HOSTS,
        "start_in(None)",
        "pass",
        f"{TENANTS}/fleet/test_hosts.py"
        "::test_a_thread_that_last_served_an_agency_does_not_answer_another_host_from_there",
    )
    yield one(
        "a console works on tables of an unknown version",
        HOSTS,
        "require_version(domain.tenant)",
        "pass",
        f"{APART}/test_schema_versions.py"
        "::test_the_console_of_an_agency_that_is_behind_says_when_to_come_back",
    )
    yield one(
        "a session is a signed cookie",
        SETTINGS,
        "shared.accounts.adapters.session_store",
        "django.contrib.sessions.backends.signed_cookies",
        f"{APART}/test_sessions.py::test_a_cookie_of_one_agency_opens_no_other_console",
    )
    yield one(
        "a session's cookie goes to every host",
        SETTINGS,
        "SESSION_COOKIE_DOMAIN = None",
        'SESSION_COOKIE_DOMAIN = ".testserver"',
        f"{APART}/test_sessions.py::test_a_cookie_names_no_domain_and_only_its_own_host_gets_it",
    )


def _links_and_files() -> Iterator[Mutation]:
    yield one(
        "the second half is no part of the look-up",
        "tenants/case_access/services/receipt_codes.py",
        'f"lookup:{kind}", reference.encode(), value.encode())',
        'f"lookup:{kind}", reference.encode())',
        f"{APART}/test_links.py::test_the_halves_of_two_receipts_open_neither",
    )
    yield one(
        "a token is not bound to its route",
        "tenants/case_access/services/tokens.py",
        ".filter(digest=token_digest(token), expires_at__gt",
        ".filter(expires_at__gt",
        f"{APART}/test_links.py::test_what_is_not_exactly_a_token_opens_nothing",
    )
    yield one(
        "a receipt's link is signed without its purpose",
        "public_portal/intake/selectors/summary.py",
        'Signer(salt="public.intake.receipt", sep=".")',
        'Signer(sep=".")',
        f"{APART}/test_links.py::test_what_was_signed_for_another_purpose_is_no_receipt",
    )
    yield one(
        "a file is found without its case",
        "shared/complaints/selectors/files.py",
        "Attachment.objects.filter(complaint__reference=reference, pk=attachment_id)",
        "Attachment.objects.filter(pk=attachment_id)",
        f"{APART}/test_files.py::test_a_citizen_reads_no_file_of_another_citizen_of_the_same_agency",
    )
    yield one(
        "the address names the agency of a file of figures",
        "agency_console/reports/views.py",
        'agency_code=request.agency.code)\n    if "months"',
        'agency_code=request.GET.get("agency", request.agency.code))\n    if "months"',
        f"{APART}/test_answers.py::test_the_file_of_ones_own_figures_counts_ones_own_cases",
    )
