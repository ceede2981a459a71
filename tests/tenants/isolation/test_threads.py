"""Threads, pools and what is left in them: each reads the agency that it has entered."""

import ast
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import ProgrammingError, connection, transaction

from shared.accounts.models import User
from shared.complaints.models import Complaint, Message, Party
from tenants.agencies.selectors import address_book_clear
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.architecture.test_rules import SOURCES
from tests.tenants.isolation.browsers import Browser
from tests.tenants.isolation.canaries import NATIONAL, at_home, foreign
from tests.tenants.isolation.committed import in_thread, with_own_connection

pytestmark = pytest.mark.django_db

THREADS = 6
ENTRIES = 60
TABLES = (Complaint, Party, Message, User)


class Interrupted(Exception):
    """Something went wrong in the middle of an agency's work."""


def read(chance):
    return list(chance.choice(TABLES).objects.all())


def _returns(chance):
    return read(chance)


def _raises(chance):
    raise Interrupted(read(chance))


def _fails_in_the_database(chance):
    read(chance)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")


def _fails_in_a_savepoint(chance):
    try:
        with transaction.atomic():
            _fails_in_the_database(chance)
    except ProgrammingError:
        return read(chance)


def _rolls_back(chance):
    with transaction.atomic():
        _raises(chance)


ENDS = (_returns, _raises, _fails_in_the_database, _fails_in_a_savepoint, _rolls_back)


def work(agencies, seed, seen, start):
    """Enter agencies by turns, whatever happens inside; count what was read, and where it led."""
    chance = Random(seed)
    start.wait()
    for _ in range(ENTRIES):
        agency = chance.choice(agencies)
        for rows in _entered(agency, chance):
            seen["home" if at_home(rows, agency.code) else f"stray: {rows}"] += 1
        seen["home" if at_home(User.objects.all(), NATIONAL) else "not back in public"] += 1


def _entered(agency, chance):
    end = chance.choice(ENDS)
    try:
        around = transaction.atomic() if chance.random() < 0.5 else agency_context(agency)
        with around, agency_context(agency):
            yield read(chance)
            rows = end(chance)
            if rows is not None:
                yield rows
    except Interrupted as interruption:
        yield interruption.args[0]
    except ProgrammingError:
        pass


def test_threads_that_take_agencies_by_turns_read_each_its_own_whatever_happens_inside(canaries):
    agencies = list(Agency.objects.filter(code__in=canaries))
    counts: list[Counter[str]] = [Counter() for _ in range(THREADS)]
    start = threading.Barrier(THREADS)

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        done = [
            pool.submit(
                with_own_connection,
                lambda number=number: work(agencies, number, counts[number], start),
            )
            for number in range(THREADS)
        ]
        for one in done:
            one.result()

    seen = sum(counts, Counter())
    assert set(seen) == {"home"}
    assert seen["home"] > 2 * THREADS * ENTRIES


def test_a_thread_that_is_started_inside_an_agency_starts_in_public(dunes):
    with agency_context(dunes):
        schema = in_thread(lambda: connection.schema_name)
        with pytest.raises(ProgrammingError, match="does not exist"):
            in_thread(Complaint.objects.count)
        people = in_thread(lambda: list(User.objects.all()))

    assert schema == "public"
    assert at_home(people, NATIONAL)


def test_a_thread_of_a_pool_comes_out_of_an_agencys_job_in_public(dunes, oases):
    def job(agency):
        with agency_context(agency):
            return list(User.objects.all())

    def failing_job(agency):
        with agency_context(agency):
            raise Interrupted

    with ThreadPoolExecutor(max_workers=1) as pool:
        first = pool.submit(job, dunes).result()
        assert isinstance(pool.submit(failing_job, dunes).exception(), Interrupted)
        between = pool.submit(lambda: list(User.objects.all())).result()
        second = pool.submit(job, oases).result()
        pool.submit(lambda: connection.close()).result()

    assert at_home(first, "dunes")
    assert at_home(between, NATIONAL)
    assert at_home(second, "oases")


@pytest.fixture(params=[0, 60], ids=["asking", "remembering"])
def address_book(request, settings):
    """Hosts are looked up for each request, or remembered as in production."""
    address_book_clear()
    settings.ADDRESS_BOOK_SECONDS = request.param
    yield
    address_book_clear()


@pytest.mark.all_cores
@pytest.mark.slow
@pytest.mark.usefixtures("address_book")
def test_threads_that_serve_consoles_by_turns_show_each_its_own(canaries):
    wrong: list[object] = []
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=canaries)}
    start = threading.Barrier(4)

    def serve(seed):
        chance = Random(seed)
        browsers = {
            code: Browser(host=canary.host).signed_in(agencies[code], canary.user_id)
            for code, canary in canaries.items()
        }
        start.wait()
        for _ in range(8):
            code = chance.choice(sorted(canaries))
            path = chance.choice(["/", f"/cases/{canaries[code].reference}/", "/staff/"])
            page = browsers[code].get(path)
            if page.status_code != 200 or not at_home(page, code):
                wrong.append((code, path, page.status_code, foreign(page, code)))

    with ThreadPoolExecutor(max_workers=4) as pool:
        for one in [
            pool.submit(with_own_connection, lambda n=number: serve(n)) for number in range(4)
        ]:
            one.result()

    assert wrong == []


def test_no_code_of_ours_is_asynchronous():
    """Tasks of one event loop share a thread, and would read each other's agency."""
    found = [
        str(path)
        for path in SOURCES
        # To read the others as Python would take two seconds more.
        if "async" in (text := path.read_text())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncWith | ast.AsyncFor)
    ]

    assert found == []
