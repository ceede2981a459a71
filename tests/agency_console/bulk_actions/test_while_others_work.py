"""All cases of a list by one preview and one confirmation, while two officers work on some."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pytest
from django.test import Client

from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.services.runner import TASK_SECONDS, bulk_run
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.models import Complaint, ComplaintEvent
from shared.complaints.services import label_create
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.bulk_actions.conftest import Bulk
from tests.agency_console.conftest import Console, text_of
from tests.support.factories import filed, staff
from tests.tenants.isolation.committed import at_once, committed_canaries, in_thread

pytestmark = pytest.mark.django_db

CASES = 412
# Of the list, by each of the two officers: before the confirmation, and during the action.
BEFORE, DURING = 4, 40
QUERY = "view=open&q=streetlamp&sort=newest"


@dataclass(frozen=True)
class Office:
    """A committed agency with its cases and three people, each in a browser of their own."""

    agency: Agency
    references: list[str]
    label: int
    target: User
    taker: User
    supervisor: Console
    taking: Console
    labelling: Console


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    """Every thread sees it; gone afterwards."""
    with django_db_blocker.unblock(), committed_canaries():
        yield in_thread(_office)


def _office() -> Office:
    agency = Agency.objects.get(code="dunes")
    names = ("target", "taker", "labeller")
    target, taker, labeller = (staff(agency, email=f"{one}@dunes.example") for one in names)
    with agency_context(agency):
        label = label_create(name="Seen").pk
    return Office(
        agency=agency,
        references=[filed(agency, subject="Streetlamp").reference for _case in range(CASES)],
        label=label,
        target=target,
        taker=taker,
        supervisor=_browser(agency, staff(agency, Role.SUPERVISOR, "many@dunes.example")),
        taking=_browser(agency, taker),
        labelling=_browser(agency, labeller),
    )


def _browser(agency: Agency, user: User) -> Console:
    console = Console(client=Client(), agency=agency)
    console.client.cookies["language"] = "en"
    console.sign_in(user)
    return console


def take(office: Office, references: Sequence[str]) -> None:
    """Take cases from pages that were opened before the action."""
    for reference in references:
        office.taking.post(f"/cases/{reference}/take/", {"version": "1"})


def add_label(office: Office, references: Sequence[str]) -> None:
    """Label cases: that is possible whatever else has happened to them."""
    for reference in references:
        office.labelling.post(f"/cases/{reference}/labels/", {"labels": [office.label]})


def confirm(office: Office, path: str) -> None:
    """Press the button once; the worker goes on where the request and former tasks have ended."""
    office.supervisor.post(f"{path}start/")
    action_id, has_ended = UUID(path.split("/")[2]), False
    while not has_ended:
        with agency_context(office.agency):
            has_ended = bulk_run(action_id=action_id, agency=office.agency, seconds=TASK_SECONDS)


def stored(office: Office) -> tuple[dict[str, int | None], dict[str, list[str]]]:
    """Who holds each case, and what has happened to it, in its order."""
    with agency_context(office.agency):
        rows = Complaint.objects.filter(reference__in=office.references)
        events = ComplaintEvent.objects.filter(complaint__in=rows).order_by("pk")
        happened: dict[str, list[str]] = {}
        for reference, kind in events.values_list("complaint__reference", "kind"):
            happened.setdefault(reference, []).append(kind)
        return dict(rows.values_list("reference", "assignee")), happened


def numbers_of(page: str) -> list[str]:
    """The numbers of a preview: chosen, will be done, will be skipped."""
    return re.findall(r'<dd class="number">(\d+)</dd>', page)


@pytest.mark.all_cores
@pytest.mark.slow
def test_all_cases_of_a_list_while_two_officers_work_on_some_of_them(office):
    bulk = Bulk(office.supervisor)
    first, rest = office.references[: BEFORE * 2], office.references[BEFORE * 2 :]
    path = in_thread(
        partial(bulk.previewed, "assign", which="matching", query=QUERY, officer=office.target.pk)
    )
    preview = numbers_of(text_of(in_thread(partial(office.supervisor.get, path))))
    assert preview == [str(CASES), str(CASES), "0"]

    in_thread(partial(take, office, first[:BEFORE]))
    in_thread(partial(add_label, office, first[BEFORE:]))
    # In the order of the list: the action comes to the newest first, the officers to the others.
    at_once(
        partial(confirm, office, path),
        partial(take, office, rest[:DURING]),
        partial(add_label, office, rest[DURING * 3 : DURING * 4]),
    )

    holders, happened = in_thread(partial(stored, office))
    row: BulkAction = in_thread(partial(bulk.row, path))
    done = {one for one in office.references if holders[one] == office.target.pk}
    skipped = set(office.references) - done
    assert (row.done, len(row.skipped)) == (len(done), len(skipped))
    assert {tuple(one) for one in row.skipped} == {(one, "changed") for one in skipped}
    assert set(first) < skipped, "nobody met the action while it was done"
    for reference, kinds in happened.items():
        # Nobody was overruled: what came second is not there, or stands beside the first.
        expected = ["received", "assigned"]
        if holders[reference] is None:
            expected = ["received", "labelled"]
        elif reference in done and kinds[2:]:
            expected = ["received", "assigned", "labelled"]
        assert kinds == expected
    assert {holders[one] for one in skipped} == {office.taker.pk, None}

    page = text_of(in_thread(partial(office.supervisor.get, path)))
    file = in_thread(partial(office.supervisor.get, f"{path}skipped/"))
    lines = list(csv.reader(io.StringIO(text_of(file).lstrip("\ufeff"))))
    reason = "Somebody changed the case after you chose it."
    assert f"{len(done)} done, {len(skipped)} skipped" in page
    assert reason in page
    assert {(re.sub(r"\D", "", one), why) for one, why in lines[1:]} == {
        (one, reason) for one in skipped
    }
