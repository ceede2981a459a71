"""One connection that serves agency after agency, whatever became of the one before."""

from contextlib import suppress
from io import StringIO
from random import Random

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction
from django.db.utils import InterfaceError
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from shared.accounts.models import User
from shared.complaints.models import Complaint
from tenants.isolation.backends import base
from tenants.isolation.backends.base import DatabaseWrapper
from tenants.isolation.schema_switch import agency_context, as_owner, start_in
from tenants.models import Agency
from tests.support.processes import outside_connection
from tests.support.sampling import repeats
from tests.tenants.isolation.canaries import NATIONAL, at_home
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db


def ask(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def standing():
    """The role and the search path that are really in force, temporary tables last."""
    [(role, path)] = ask("SELECT current_user, current_setting('search_path')")
    assert path.endswith(", pg_temp")
    return role.removeprefix(f"{connection.settings_dict['NAME']}_"), path.removesuffix(", pg_temp")


def fail():
    User.objects.count()
    ask("SELECT * FROM no_such_table")


def break_off():
    User.objects.count()
    raise ZeroDivisionError


def _an_error():
    with pytest.raises(ProgrammingError):
        fail()


def _a_rollback():
    with pytest.raises(ProgrammingError), transaction.atomic():
        fail()


def _a_savepoint_rollback():
    with transaction.atomic():
        User.objects.count()
        with pytest.raises(ProgrammingError), transaction.atomic():
            fail()


def _a_close():
    connection.close()


def _the_owners_work():
    with as_owner():
        ask("SELECT 1")


def _a_dead_backend():
    [(number,)] = ask("SELECT pg_backend_pid()")
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    outside.close()
    with pytest.raises((OperationalError, InterfaceError)):
        User.objects.count()
    connection.close_if_unusable_or_obsolete()


EVENTS = (
    _an_error,
    _a_rollback,
    _a_savepoint_rollback,
    _a_close,
    _the_owners_work,
    _a_dead_backend,
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__[1:])
def test_the_schema_in_force_is_the_one_entered_after(dunes, oases, event):
    def work():
        with agency_context(dunes):
            assert at_home(User.objects.all(), "dunes")
            event()
            inside = standing(), at_home(User.objects.all(), "dunes")
        between = standing(), at_home(User.objects.all(), NATIONAL)
        event()
        with agency_context(oases):
            after = standing(), at_home(Complaint.objects.all(), "oases")
        return inside, between, after

    assert in_thread(work) == (
        (("a_dunes", "a_dunes, public"), True),
        (("public", "public"), True),
        (("a_oases", "a_oases, public"), True),
    )


def test_a_first_statement_that_fails_takes_the_change_of_schema_back(dunes, oases):
    def work():
        with agency_context(oases):
            User.objects.count()
        with agency_context(dunes):
            with pytest.raises(ProgrammingError):
                ask("SELECT * FROM no_such_table")
            return standing(), list(User.objects.all())

    stood, rows = in_thread(work)

    assert stood == ("a_dunes", "a_dunes, public")
    assert at_home(rows, "dunes")


@pytest.mark.parametrize(
    "statement", ["SELECT current_user", "/* first */ SELECT current_user", "SHOW role"]
)
def test_a_cursor_keeps_to_the_agency_where_it_was_opened(dunes, oases, statement):
    def work():
        with agency_context(dunes):
            early = connection.cursor()
        with agency_context(oases):
            User.objects.count()
            early.execute(statement)
            [(role,)] = early.fetchall()
            return role, standing()

    role, stood = in_thread(work)

    assert role.endswith("a_dunes")
    assert stood == ("a_oases", "a_oases, public")


def test_many_rows_and_a_copy_go_where_the_cursor_was_opened(dunes, oases):
    """The ways round ``execute``, each as the first on its connection after another agency."""

    def work(way):
        with agency_context(oases):
            User.objects.count()
        with agency_context(dunes), connection.cursor() as cursor, transaction.atomic():
            way(cursor)
            found = ask("SELECT count(*) FROM a_dunes.django_session WHERE session_data = 'w'")
            ask("DELETE FROM a_dunes.django_session WHERE session_data = 'w'")
        return found

    def many(cursor):
        cursor.executemany(
            "INSERT INTO django_session VALUES (%s, 'w', now())", [("x" * 32,), ("y" * 32,)]
        )

    def copied(cursor):
        rows = StringIO(f"{'x' * 32}\tw\t2026-01-01\n{'y' * 32}\tw\t2026-01-01\n")
        cursor.copy_expert("COPY django_session FROM STDIN", rows)

    assert in_thread(lambda: work(many)) == [(2,)]
    assert in_thread(lambda: work(copied)) == [(2,)]


def test_only_a_connection_that_was_idle_is_asked_whether_it_is_alive(monkeypatch):
    asked: list[bool] = []

    def is_usable(_wrapper):
        asked.append(True)
        return True

    def work(pause):
        User.objects.count()
        connection.answered_at -= pause
        connection.health_check_enabled, connection.health_check_done = True, False
        User.objects.count()

    monkeypatch.setattr(DatabaseWrapper, "is_usable", is_usable)

    in_thread(lambda: work(0.5))
    assert not asked
    in_thread(lambda: work(1.5))
    assert asked


@pytest.mark.parametrize("fails", [True, False])
def test_a_transaction_that_ends_after_a_pause_is_not_asked_whether_it_is_alive(fails):
    def work():
        User.objects.count()
        connection.health_check_enabled, connection.health_check_done = True, False
        with suppress(ZeroDivisionError), transaction.atomic():
            User.objects.count()
            # A letter is being sent meanwhile, to a server that takes its time.
            connection.answered_at -= 10
            if fails:
                raise ZeroDivisionError
        # The question would have opened another transaction, in which all that follows is lost.
        ask("SET application_name = 'afterwards'")
        return connection.get_autocommit(), connection.connection.get_transaction_status()

    assert in_thread(work) == (True, TRANSACTION_STATUS_IDLE)


@pytest.mark.parametrize(("most", "goes_on"), [(3, True), (2, False)])
def test_a_connection_that_knows_many_schemas_ends_after_the_request(
    dunes, oases, monkeypatch, most, goes_on
):
    monkeypatch.setattr(base, "MAX_SCHEMAS", most)

    def backend():
        [(number,)] = ask("SELECT pg_backend_pid()")
        return number

    def work():
        connection.close()
        before = backend()
        for agency in (dunes, oases):
            with agency_context(agency):
                User.objects.count()
        within = backend()
        connection.close_if_unusable_or_obsolete()
        return before == within, within == backend()

    assert in_thread(work) == (True, goes_on)


def test_a_rollback_leads_back_to_the_agency_before_and_the_next_entry_knows_it(dunes, oases):
    def work():
        with agency_context(oases):
            User.objects.count()
        with pytest.raises(ZeroDivisionError), transaction.atomic(), agency_context(dunes):
            break_off()
        # PostgreSQL is back in the first agency; who believed in the second would read it there.
        with agency_context(dunes):
            return standing(), list(User.objects.all())

    stood, rows = in_thread(work)

    assert stood == ("a_dunes", "a_dunes, public")
    assert at_home(rows, "dunes")


def test_a_savepoints_rollback_takes_a_schema_back_that_was_begun_in_it(dunes):
    """As when a host is served within a transaction: nothing leaves the agency on the way out."""

    def begin_and_break_off():
        start_in(dunes)
        break_off()

    def work():
        with transaction.atomic():
            User.objects.count()
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                begin_and_break_off()
            return standing(), list(User.objects.all())

    stood, rows = in_thread(work)

    assert stood == ("a_dunes", "a_dunes, public")
    assert at_home(rows, "dunes")


def test_in_a_transaction_that_has_failed_another_agency_reads_nothing(dunes, oases):
    def go_on_after_a_failure():
        with suppress(ProgrammingError), agency_context(dunes):
            fail()
        with agency_context(oases):
            list(User.objects.all())

    def work():
        with pytest.raises(DatabaseError), transaction.atomic():
            go_on_after_a_failure()
        with agency_context(oases):
            return list(User.objects.all())

    assert at_home(in_thread(work), "oases")


def test_rows_that_arrive_in_parts_are_those_of_the_agency_in_which_they_were_asked_for(
    dunes, oases
):
    def work():
        with transaction.atomic():
            with agency_context(dunes):
                arriving = User.objects.order_by("pk").iterator(chunk_size=1)
                first = [next(arriving)]
            with agency_context(oases):
                return first + list(arriving)

    assert at_home(in_thread(work), "dunes")


class Walk:
    """A connection that goes through whatever comes, and reads after each step."""

    def __init__(self, agencies, seed):
        self.agencies = agencies
        self.chance = Random(seed)
        self.wrong = []
        self.read = 0

    def look(self, code):
        self.read += 1
        rows = list(User.objects.all())
        if not at_home(rows, code):
            self.wrong.append((code, standing(), rows))

    def go(self, code=NATIONAL, depth=0):
        for _ in range(self.chance.randint(1, 4)):
            step = self.chance.choice([self.enter, self.nest, self.lose, self.shut, self.own])
            step(code, depth)
            self.look(code)

    def enter(self, code, depth):
        """Another agency from public, or the same again."""
        agency = self.agencies.get(code) or self.chance.choice(list(self.agencies.values()))
        if depth < 4:
            with agency_context(agency):
                self.go(agency.code, depth + 1)

    def nest(self, code, depth):
        """A transaction, or a savepoint in it, that ends well."""
        if depth < 4:
            with transaction.atomic():
                self.go(code, depth + 1)

    def lose(self, code, depth):
        """The same that ends badly."""
        with suppress(ZeroDivisionError, ProgrammingError), transaction.atomic():
            if depth < 4:
                self.go(code, depth + 1)
            if self.chance.random() < 0.5:
                fail()
            raise ZeroDivisionError

    def shut(self, code, _depth):
        """The end of the connection, which only a transaction forbids."""
        if not connection.in_atomic_block:
            connection.close()

    def own(self, code, _depth):
        """Work as the owner of the tables, in the same schema."""
        with as_owner():
            ask("SELECT 1")


@pytest.mark.parametrize("seed", repeats(range(12), keep=3))
def test_on_any_walk_of_one_connection_each_step_reads_the_schema_it_is_in(canaries, seed):
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=canaries)}
    walk = Walk(agencies, seed)

    def go():
        while walk.read < 60:
            walk.go()

    in_thread(go)

    assert walk.wrong == []
