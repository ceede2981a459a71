"""A removal may take its time: the limit on statements of the site does not stop it half-way."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection

from shared.jobs.enums import JobState
from shared.kernel.actors import SYSTEM
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services import provisioning
from tenants.fleet.services.lifecycle import destruction
from tests.support.factories import filed
from tests.tenants.fleet.lifecycle.agencies_to_destroy import (
    archived,
    ask,
    confirm,
    lived,
    of_agency,
    work,
)

pytestmark = pytest.mark.django_db

LAMPS = AgencyInfo(code="lamps", name_ar="الإنارة", name_fr="Éclairage", name_en="Lamps")
# What reads or deletes as much as the agency is large.
HEAVY = re.compile(
    r'DROP (SCHEMA|OWNED|ROLE)|FROM "tenants_route" WHERE \(?"tenants_route"\."schema_name"'
    r'|DELETE FROM "(?!tenants_domain|tenants_hostclaim|register_)'
)


@contextmanager
def limited():
    """A session with a limit; yields the heavy statements, each with the limit in force."""
    seen = []

    def look(execute, sql, params, many, context):
        cursor = context["cursor"].cursor
        text = str(sql)
        if HEAVY.search(text):
            cursor.execute("SHOW statement_timeout")
            seen.append((text.split(" WHERE ")[0], cursor.fetchone()[0]))
        result = execute(sql, params, many, context)
        if text.startswith("RELEASE SAVEPOINT"):
            # In a test a block ends at a savepoint, behind which its settings would live on.
            cursor.execute("SET LOCAL statement_timeout = '4s'")
        return result

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '4s'")
    with connection.execute_wrapper(look):
        yield seen


def test_no_step_behind_the_point_of_no_return_has_a_limit(ports, roads):
    lived(ports)
    archived(ports)
    ask()
    confirm()

    with limited() as seen:
        assert work().state == JobState.DONE

    assert [one for one in seen if one[1] != "0"] == []
    words = " ".join(sql for sql, _limit in seen)
    assert [word in words for word in ("DROP SCHEMA", "DROP OWNED", "COUNT", '"mail_mail"')] == [
        True
    ] * 4


def test_a_workspace_that_was_never_ready_is_taken_away_without_a_limit(roads):
    agency = provisioning.agency_record(info=LAMPS, actor=SYSTEM)

    with limited() as seen:
        provisioning.agency_remove(agency=agency, actor=SYSTEM)

    assert [limit for sql, limit in seen if sql.startswith("DROP SCHEMA")] == ["0"]


def test_routes_go_page_by_page_each_read_once(ports, roads, monkeypatch):
    for _number in range(5):
        filed(ports)
    kept = of_agency(roads)["routes"]
    monkeypatch.setattr(destruction, "ROUTES_PER_PAGE", 2)
    pages, last = [], ""

    while page := destruction._forget_routes(ports, after=last):
        pages.append(len(page))
        last = page[-1]

    assert pages == [2, 2, 1]
    assert (of_agency(ports)["routes"], of_agency(roads)["routes"]) == (0, kept)
