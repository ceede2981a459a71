"""A backend of PostgreSQL that dies under a request: a page all the same, or "come again"."""

from threading import Thread

import psycopg2
import pytest
from django.db import OperationalError, transaction
from django.test import Client

from tests.journeys.site import looks
from tests.public_portal.api.calls import COMPLAINT
from tests.support.processes import outside_connection
from tests.support.sampling import repeats
from tests.support.silent_database import used_instead

pytestmark = pytest.mark.django_db

TABLES = (
    "public.tenants_route",
    "public.tenants_submissionkey",
    "public.register_registeroutbox",
    "public.django_tasks_database_dbtaskresult",
    "public.limits_attempt",
    # The first page publishes the national figures.
    "public.register_figuresnapshot",
    "a_roads.complaints_complaint",
    "a_roads.complaints_party",
    "a_roads.complaints_complaintevent",
    "a_roads.mail_mail",
)


@pytest.fixture
def outside():
    made = outside_connection()
    yield made
    with made.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    made.close()


@pytest.fixture
def own():
    with used_instead() as made:
        yield made


@pytest.fixture
def browser():
    return Client(headers={"host": "testserver"}, raise_request_exception=False)


def end_backend(outside, made):
    """As a primary that goes down does to each of them."""
    with outside.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [made.connection.info.backend_pid])


def end_when_asleep(outside, pid):
    for _look in looks():
        with outside.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE pid = %s AND wait_event = 'PgSleep'",
                [pid],
            )
            if cursor.fetchone() is not None:
                return


def ask(made, query="SELECT 42"):
    with made.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


class Ended:
    """Ends the backend just before its n-th statement, once."""

    def __init__(self, outside, made, *, before):
        self.outside, self.made, self.left = outside, made, before

    def __call__(self, execute, sql, params, many, context):
        if self.left == 0:
            end_backend(self.outside, self.made)
        self.left -= 1
        return execute(sql, params, many, context)

    @property
    def has_happened(self):
        return self.left < 0


@pytest.mark.parametrize(
    "schema", ["public", "a_roads"], ids=["same-role", "with-a-change-of-role"]
)
def test_a_lost_connection_is_an_operational_error_whatever_was_sent(outside, own, schema):
    @transaction.atomic
    def lose():
        ask(own)
        end_backend(outside, own)
        own.set_schema(schema)
        ask(own)

    with pytest.raises(OperationalError):
        lose()

    assert own.is_lost


@pytest.mark.parametrize("schema", ["public", "a_roads"], ids=["same-role", "change-of-role"])
def test_a_backend_that_is_ended_in_the_middle_of_a_statement_is_a_lost_connection(
    outside, own, schema
):
    ask(own)
    own.set_schema(schema)
    ending = Thread(target=end_when_asleep, args=(outside, own.connection.info.backend_pid))
    ending.start()

    with pytest.raises(OperationalError):
        ask(own, "SELECT pg_sleep(4)")
    ending.join()

    assert own.is_lost


@pytest.mark.parametrize(
    "words",
    [
        "server closed the connection unexpectedly",
        "error with status PGRES_TUPLES_OK and no message",
    ],
)
def test_an_error_of_no_kind_means_that_the_connection_is_lost(own, words):
    with pytest.raises(psycopg2.OperationalError, match=words):
        own.raise_if_lost(psycopg2.DatabaseError(words))

    assert own.is_lost


def test_a_connection_that_was_ended_while_idle_is_replaced_before_anything_is_sent(outside, own):
    ask(own)
    # As at the beginning of a request.
    own.close_if_unusable_or_obsolete()
    end_backend(outside, own)

    with transaction.atomic():
        assert ask(own) == (42,)


@pytest.mark.parametrize(
    "path", repeats(["/fr/", "/fr/organisations/", "/api/v1/organisations/"], keep=1)
)
def test_a_page_whose_connection_is_lost_on_the_way_is_made_again(outside, own, browser, path):
    position = 0
    while True:
        ending = Ended(outside, own, before=position)
        with own.execute_wrapper(ending):
            response = browser.get(path)
        assert response.status_code == 200, f"before statement {position}"
        if not ending.has_happened:
            break
        position += 1

    assert position > 1


def test_a_filing_whose_connection_is_lost_is_asked_for_again_and_filed_once(
    outside, own, browser, roads
):
    answers: list[tuple[int, str | None]] = []
    while True:
        ending = Ended(outside, own, before=len(answers))
        with own.execute_wrapper(ending):
            response = browser.post(
                "/api/v1/complaints/",
                COMPLAINT,
                content_type="application/json",
                headers={"Idempotency-Key": "once-and-no-more"},
            )
        answers.append((response.status_code, response.get("Retry-After")))
        if not ending.has_happened:
            break

    assert answers[-1] == (201, None)
    assert set(answers[:-1]) <= {(503, "5"), (201, None)}
    assert (503, "5") in answers
    with outside.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM a_roads.complaints_complaint")
        assert cursor.fetchone() == (1,)


def test_a_server_that_is_not_yet_the_primary_takes_the_filing_later(outside, own, browser, roads):
    def file():
        return browser.post(
            "/api/v1/complaints/",
            COMPLAINT,
            content_type="application/json",
            headers={"Idempotency-Key": "while-it-takes-over"},
        )

    # As a standby for a second or two after Patroni has called it the primary.
    ask(own, "SET default_transaction_read_only = on; SELECT 42")
    refused = file()
    # As at the beginning of a request: it is connected anew, to whoever is the primary by now.
    own.close_if_unusable_or_obsolete()
    accepted = file()

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert accepted.status_code == 201
    with outside.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM a_roads.complaints_complaint")
        assert cursor.fetchone() == (1,)


def test_a_refusal_of_a_programme_is_json(outside, own, browser):
    with own.execute_wrapper(Ended(outside, own, before=0)):
        response = browser.post("/api/v1/tracking/", {}, content_type="application/json")

    assert response.status_code == 503
    assert [error["code"] for error in response.json()["errors"]] == ["unavailable"]


def test_a_statement_that_takes_too_long_is_no_lost_connection(own):
    ask(own, "SET statement_timeout = '50ms'; SELECT 42")

    with pytest.raises(OperationalError, match="statement timeout"):
        ask(own, "SELECT pg_sleep(5)")

    assert not own.is_lost
    assert not own.breaker.is_open
    assert own.is_usable()
