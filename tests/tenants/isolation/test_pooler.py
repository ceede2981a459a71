"""Behind a pooler, a process serves only when its connections keep their roles and search paths."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from shared.complaints.models import Complaint
from tenants.isolation.backends.deferred_check import DEFERRED_CHECK
from tenants.isolation.checks import operator_check, start_check
from tenants.isolation.database_roles import application_login
from tenants.isolation.pooler import pooler_check
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import filed
from tests.support.poolers import PGBOUNCER, PORT, running_pooler
from tests.support.processes import in_child, outside_connection

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not on this machine"),
]

SESSION = ("pool_mode = session", "default_pool_size = 20")
TRACKED = "track_extra_parameters = search_path"
MIXING = {
    "transaction, one server connection": ("pool_mode = transaction", "default_pool_size = 1"),
    "transaction, two": ("pool_mode = transaction", "default_pool_size = 2"),
    "transaction, two by turns": (
        "pool_mode = transaction",
        "default_pool_size = 2",
        "min_pool_size = 2",
        "server_round_robin = 1",
    ),
    "transaction, search_path tracked": ("pool_mode = transaction", TRACKED),
    "statement": ("pool_mode = statement", "default_pool_size = 2"),
}
TELLS_POOLERS_OF_SEARCH_PATH = 180_000
THREADS, VISITS, READS = 8, 25, 4
TABLES = (
    "public.tenants_route",
    "public.register_registeroutbox",
    "public.django_tasks_database_dbtaskresult",
    "a_roads.complaints_complaint",
    "a_roads.mail_mail",
    "a_water.complaints_complaint",
    "a_water.mail_mail",
)


@pytest.fixture
def through(monkeypatch):
    """New connections go through PgBouncer with these settings; the test's own one does not."""

    @contextmanager
    def pooled(*lines: str) -> Iterator[Path]:
        with running_pooler(*lines) as folder, monkeypatch.context() as patch:
            patch.setitem(connection.settings_dict, "HOST", str(folder))
            patch.setitem(connection.settings_dict, "PORT", PORT)
            yield folder

    return pooled


@pytest.fixture
def reports_search_path(db):
    """Before 18, no pooler can restore a search path: PostgreSQL does not tell it of a change."""
    if connection.pg_version < TELLS_POOLERS_OF_SEARCH_PATH:
        pytest.skip(f"needs PostgreSQL 18, this is {connection.pg_version // 10_000}")


@pytest.fixture
def without_roles(monkeypatch):
    """As DATABASE_ROLES=false: the search path alone tells agencies apart."""
    monkeypatch.setitem(connection.settings_dict, "ROLES", False)


@pytest.fixture
def filings(roads, water):
    """One request in each agency that every connection sees; gives the references by code."""
    assert in_child(lambda: [filed(agency) for agency in (roads, water)]) == 0
    outside = outside_connection()
    with outside.cursor() as cursor:
        found = {}
        for code in ("roads", "water"):
            cursor.execute(f"SELECT reference FROM a_{code}.complaints_complaint")
            found[code] = [reference for (reference,) in cursor.fetchall()]
        yield found
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    outside.close()


def start_as_application(monkeypatch):
    """Start as web and worker do, in a process of its own; gives its exit code."""
    monkeypatch.setitem(connection.settings_dict, "USER", application_login())
    return in_child(start_check)


def test_session_pooling_keeps_roles_and_search_paths(through, monkeypatch):
    with through(*SESSION):
        assert pooler_check().keep_their_settings
        assert start_as_application(monkeypatch) == 0


@pytest.mark.parametrize("lines", MIXING.values(), ids=MIXING)
def test_a_process_does_not_start_behind_a_pooler_that_mixes_connections(
    through, monkeypatch, lines
):
    with through(*lines):
        assert not pooler_check().keep_their_settings
        assert start_as_application(monkeypatch) == 1


def test_the_operator_process_starts_behind_a_pooler_that_keeps_sessions(through):
    with through(*SESSION):
        assert pooler_check().keep_their_locks
        assert in_child(operator_check) == 0


@pytest.mark.parametrize("lines", MIXING.values(), ids=MIXING)
def test_the_operator_process_does_not_start_behind_a_pooler_that_mixes_connections(through, lines):
    with through(*lines):
        assert in_child(operator_check) == 1


@pytest.mark.usefixtures("reports_search_path")
def test_a_restored_search_path_is_not_enough_for_the_locks_of_the_operator_process(
    through, without_roles, monkeypatch
):
    monkeypatch.setattr(connection, "close", lambda: None)
    with (
        through("pool_mode = transaction", "default_pool_size = 2", TRACKED),
        pytest.raises(SystemExit, match="the lock on a piece of work"),
    ):
        operator_check()


def test_the_refusal_is_one_line_that_names_the_pooler(through, without_roles):
    with (
        through("pool_mode = transaction", "default_pool_size = 1"),
        pytest.raises(SystemExit, match=r"\AInsaf cannot start: a pooler .*pooler\.md\)\Z"),
    ):
        start_check()


@pytest.mark.usefixtures("reports_search_path")
def test_without_roles_a_pooler_that_restores_the_search_path_is_enough(through, without_roles):
    with through("pool_mode = transaction", "default_pool_size = 2", TRACKED):
        assert pooler_check().keep_their_settings


def test_without_a_pooler_every_connection_finds_its_own(roads):
    report = pooler_check()

    assert (report.keep_their_settings, report.end_long_statements) == (True, True)


def test_the_look_leaves_no_connection_behind(roads):
    pooler_check()

    outside = outside_connection()
    with outside.cursor() as cursor:
        for _look in range(100):
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                " AND query LIKE '%%statement_timeout%%' AND pid <> pg_backend_pid()",
                [connection.settings_dict["NAME"]],
            )
            left = cursor.fetchone()[0]
            if not left:
                break
            threading.Event().wait(0.02)
    outside.close()

    assert left == 0


def test_a_database_that_is_away_does_not_stop_the_start_but_is_logged(
    tmp_path, without_roles, monkeypatch, caplog
):
    monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))

    start_check()

    assert "was not checked: the database does not answer" in caplog.text
    assert DEFERRED_CHECK._check is not None
    DEFERRED_CHECK.defer(None)


def test_a_time_limit_that_the_pooler_leaves_out_is_said(through, without_roles, caplog):
    with through(*SESSION):
        start_check()

    assert "statements are not ended" in caplog.text


def test_a_time_limit_of_the_login_comes_through_the_pooler(through, monkeypatch):
    login = application_login()
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(f"ALTER ROLE \"{login}\" SET statement_timeout = '5s'")
        try:
            monkeypatch.setitem(connection.settings_dict, "USER", login)
            with through(*SESSION):
                report = pooler_check()
        finally:
            cursor.execute(f'ALTER ROLE "{login}" RESET statement_timeout')
    outside.close()

    assert (report.keep_their_settings, report.end_long_statements) == (True, True)


def read_in_turns(agencies: list[Agency], own: dict[str, list[str]]) -> Counter[str]:
    """Eight threads go from agency to agency; counts their reads by whose rows they saw."""
    seen: Counter[str] = Counter()
    together = threading.Barrier(THREADS)

    def work(number: int) -> None:
        together.wait()
        for visit in range(VISITS):
            agency = agencies[(number + visit) % len(agencies)]
            with agency_context(agency):
                for _read in range(READS):
                    seen[read(own[agency.code])] += 1
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def read(own: list[str]) -> str:
    try:
        found = list(Complaint.objects.values_list("reference", flat=True))
    except DatabaseError:
        return "refused"
    return "own" if found == own else "foreign"


def test_eight_threads_behind_session_pooling_read_their_own_agency_alone(
    through, roads, water, filings
):
    with through(*SESSION):
        seen = read_in_turns([roads, water], filings)

    assert seen == {"own": THREADS * VISITS * READS}


def test_the_same_reading_behind_transaction_pooling_sees_foreign_rows(
    through, roads, water, filings
):
    """The hazard itself, on record: roles do not help, they are mixed up as well."""
    with through("pool_mode = transaction", "default_pool_size = 2"):
        seen = read_in_turns([roads, water], filings)

    assert seen["foreign"] > 0


@pytest.mark.usefixtures("reports_search_path")
def test_with_roles_and_a_tracked_search_path_postgresql_refuses_what_is_foreign(
    through, roads, water, filings
):
    """What is left when the check is passed over: a role that strays reads nothing."""
    with through("pool_mode = transaction", "default_pool_size = 2", TRACKED):
        seen = read_in_turns([roads, water], filings)

    assert (seen["foreign"], seen["refused"] > 0) == (0, True)
