"""Agencies and canaries that are really committed, so that every thread and process sees them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import TypeVar

from django.db import connection
from django_tasks_db.models import DBTaskResult

from tenants.models import Agency
from tests.support.agencies import committed_agencies
from tests.support.processes import outside_connection
from tests.tenants.isolation.canaries import NATIONAL, Canary, plant, plant_national, word_of

T = TypeVar("T")

# Rows of the public schema that planting leaves; of each agency, then of the national side.
_LEFT_BY_AGENCIES = """
    DELETE FROM tenants_trackingtoken USING tenants_route r
        WHERE route_id = r.reference AND r.schema_name = ANY(%(schemas)s);
    DELETE FROM tenants_routeopening USING tenants_route r
        WHERE route_id = r.reference AND r.schema_name = ANY(%(schemas)s);
    DELETE FROM mail_mail USING tenants_route r
        WHERE mail_mail.reference = r.reference AND r.schema_name = ANY(%(schemas)s);
    DELETE FROM tenants_route WHERE schema_name = ANY(%(schemas)s);
    DELETE FROM jobs_job WHERE schema_name = ANY(%(schemas)s);
    DELETE FROM register_registeroutbox WHERE schema_name = ANY(%(schemas)s);
    DELETE FROM directory_organisation WHERE code = ANY(%(codes)s);
"""
_LEFT_BY_THE_NATION = """
    DELETE FROM mfa_authenticator USING accounts_user u WHERE user_id = u.id AND name = %(name)s;
    DELETE FROM account_emailaddress USING accounts_user u WHERE user_id = u.id AND name = %(name)s;
    DELETE FROM accounts_staffsession;
    DELETE FROM accounts_user WHERE name = %(name)s;
    DELETE FROM django_session;
    DELETE FROM django_tasks_database_dbtaskresult;
    DELETE FROM mail_mail WHERE "to" = %(email)s;
    DELETE FROM intake_draft WHERE name = %(word)s;
    DELETE FROM audit_auditentry;
    DELETE FROM register_figuresnapshot;
"""


@contextmanager
def committed_canaries() -> Iterator[dict[str, Canary]]:
    """Three agencies with a canary each, by code, and the national one; removed at the end."""
    with committed_agencies() as codes:
        try:
            in_thread(plant_national)
            yield in_thread(lambda: _planted(codes))
        finally:
            _remove(codes)


def in_thread(work: Callable[[], T]) -> T:
    """Do something on a connection of its own, outside of the test's transaction."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(with_own_connection, work).result()


def with_own_connection(work: Callable[[], T]) -> T:
    """Do something in this thread, and leave no connection behind: a thread's end closes none."""
    try:
        return work()
    finally:
        connection.close()


def at_once(*works: Callable[[], T]) -> list[T]:
    """Do several things at the same moment, each on a connection of its own."""
    start = Barrier(len(works))

    def waited(work: Callable[[], T]) -> T:
        start.wait(timeout=30)
        return work()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return list(pool.map(lambda work: with_own_connection(lambda: waited(work)), works))


def _planted(codes: tuple[str, ...]) -> dict[str, Canary]:
    agencies = Agency.objects.filter(code__in=codes).order_by("code")
    planted = {agency.code: plant(agency) for agency in agencies}
    # Their letters wait for good: a test that runs the queue begins with an empty one.
    DBTaskResult.objects.all().delete()
    return planted


def _remove(codes: tuple[str, ...]) -> None:
    word = word_of(NATIONAL)
    outside = outside_connection()
    with outside.cursor() as cursor:
        cursor.execute(
            _LEFT_BY_AGENCIES, {"codes": list(codes), "schemas": [f"a_{code}" for code in codes]}
        )
        cursor.execute(
            _LEFT_BY_THE_NATION,
            {"name": f"Officer {word}", "email": f"officer.{word}@example.org", "word": word},
        )
    outside.close()
