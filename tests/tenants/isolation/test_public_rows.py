"""Every row that an agency's role may write in ``public``, and what a trusted process makes of it.

docs/security/tenancy.md has the same as a table.
"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from shared.complaints.enums import Privacy
from shared.complaints.models import ComplaintEvent
from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.register.models import RegisterCase, RegisterOutbox
from shared.register.services import register_project, register_rebuild
from tenants.case_access import gateway
from tenants.case_access.errors import EncryptedIdentityNotFound
from tenants.case_access.services.mail_recipients import address_of
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.party_encryption import identity_of
from tenants.case_access.services.tokens import link_issue
from tenants.custody.services.arbitration import arbitration_decide
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, EncryptedParty, Route
from tenants.models.enums import LinkPurpose
from tests.journeys.site import ROOT
from tests.public_portal.tracking.visits import EMAIL
from tests.shared.jobs.workers import run_queue
from tests.support.custody import (
    DECISION,
    OVERSEER,
    hand_over,
    more_agencies,
    offer,
    request_filed,
)
from tests.support.factories import filed
from tests.tenants.isolation.test_grants import NATIONAL_RIGHTS

pytestmark = pytest.mark.django_db

# The rights that this file and test_caches.py speak of; a new one needs a test here.
WRITTEN = {
    "django_tasks_database_dbtaskresult",
    "register_registeroutbox",
    # In tests/tenants/isolation/test_data_versions.py.
    "tenants_dataversion",
    "tenants_route",
    "tenants_sealedparty",
    "tenants_submissionkey",
}


def tasks():
    """Every task of the product, by its path."""
    houses = ("shared", "tenants", "public_portal", "agency_console")
    sources = [path for name in houses for path in sorted((ROOT / name).rglob("*.py"))]
    with_tasks = [path for path in sources if "\n@schema_task(" in path.read_text()]
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in with_tasks]
    return {
        one.module_path: one
        for name in names
        for one in vars(import_module(name)).values()
        if isinstance(one, Task)
    }


def test_every_right_to_write_is_looked_at_here():
    assert {name for name, rights in NATIONAL_RIGHTS.items() if "INSERT" in rights} == WRITTEN


def test_a_task_of_the_national_side_does_not_run_for_an_agency(roads):
    national = {
        path: one for path, one in tasks().items() if not task_place(one).allows(roads.schema_name)
    }
    assert len(national) > 10
    for one in national.values():
        row = task_row(one, agency_code="water", event_id="evt_1")
        with agency_context(roads), pytest.raises(ProgrammingError), transaction.atomic():
            row.save(force_insert=True)
        # Were there a hole in that wall:
        row.args_kwargs["kwargs"]["_schema"] = roads.schema_name
        row.save(force_insert=True)

    run_queue()

    ended = DBTaskResult.objects.filter(task_path__in=national)
    assert {(one.status, one.exception_class_path) for one in ended} == {
        ("FAILED", "shared.jobs.errors.TaskMisplaced")
    }
    assert ended.count() == len(national)


def task_place(one):
    """Where a task may run, as its wrapper has it."""
    cells = dict(zip(one.func.__code__.co_freevars, one.func.__closure__, strict=True))
    return cells["place"].cell_contents


def test_few_tasks_run_in_an_agency():
    found = {path for path, one in tasks().items() if task_place(one) != TaskPlace.NATIONAL}

    assert found == {
        "agency_console.bulk_actions.services.list_files.bulk_export_delete",
        "agency_console.bulk_actions.services.runner.bulk_action_run",
        "agency_console.casework.services.dispatch.send_draft",
        "shared.complaints.services.files.attachments_scan",
        "shared.complaints.services.case_routing.case_distribute",
        "shared.mail.tasks.deliver_mail",
    }


@pytest.mark.parametrize(
    "path",
    [
        "os.system",
        "tenants.case_access.services.receipt_codes.receipt_code_compute",
        "no.such.thing",
    ],
)
def test_what_is_no_task_is_not_called(roads, path):
    row = task_row(next(iter(tasks().values())))
    row.task_path = path
    row.args_kwargs["kwargs"]["_schema"] = roads.schema_name
    row.save(force_insert=True)

    run_queue()

    assert DBTaskResult.objects.get(task_path=path).status != "SUCCESSFUL"


def test_news_about_another_agencys_case_changes_no_figure_of_it(roads, water):
    theirs = filed(water)
    register_project()
    before = RegisterCase.objects.filter(reference=theirs.reference).values().get()
    with agency_context(roads):
        RegisterOutbox(
            event_id=uuid7(), reference=theirs.reference, position=2, organisation_code="water",
            kind="complaint", category_code="", language="fr", event="answered",
            status="answered", outcome="not_upheld", at=clock.now(),
        ).save(force_insert=True)  # fmt: skip

    register_project()

    rows = RegisterCase.objects.filter(reference=theirs.reference)
    assert rows.filter(agency_code="water").values().get() == before
    assert not rows.exclude(agency_code="water").exists()


def test_a_reference_that_another_agency_holds_gets_no_second_route(roads, water):
    theirs = filed(water)
    before = Route.objects.filter(reference=theirs.reference).values().get()

    with agency_context(roads), pytest.raises(IntegrityError), transaction.atomic():
        Route(
            reference=theirs.reference, agency=roads, nonce=bytes(16), receipt_digest=bytes(32),
            created_at=clock.now(),
        ).save(force_insert=True)  # fmt: skip

    assert Route.objects.filter(reference=theirs.reference).values().get() == before


def test_a_seal_laid_upon_another_agencys_case_counts_for_none(roads, water):
    theirs = filed(water)
    with agency_context(roads), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_sealedparty (reference, key_id, sealed, created_at)"
            " VALUES (%s, 'any', %s, %s)",
            [theirs.reference, b"rubbish", clock.now()],
        )
    route = Route.objects.get(reference=theirs.reference)

    assert address_of(route) == EMAIL
    with pytest.raises(EncryptedIdentityNotFound):
        identity_of(reference=theirs.reference)


def seal_laid(agency, reference):
    """What an agency's own role lays on a reference as an encrypted identity."""
    with agency_context(agency), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_sealedparty (reference, key_id, sealed, created_at)"
            " VALUES (%s, 'any', %s, %s)",
            [reference, b"rubbish", clock.now()],
        )


@pytest.mark.parametrize("to", ["ports", "roads"])
def test_a_seal_laid_upon_a_foreign_case_counts_for_none_after_it_moves(roads, water, to):
    """No letter would leave for the citizen any more, for nobody could open the seal."""
    more_agencies("ports")
    theirs = request_filed(water)
    seal_laid(roads, theirs.reference)

    hand_over(theirs, Agency.objects.get(code=to))

    assert not EncryptedParty.objects.exists()
    assert address_of(Route.objects.get(pk=theirs.reference)) == EMAIL
    link = link_issue(
        route=Route.objects.get(pk=theirs.reference), purpose=LinkPurpose.OPEN, letter=uuid7()
    )
    assert link_open(key=link).token


def test_a_confidential_identity_goes_along_with_its_case(roads, water):
    hidden = request_filed(water, privacy=Privacy.CONFIDENTIAL)
    before = identity_of(reference=hidden.reference)

    hand_over(hidden, roads)

    assert EncryptedParty.objects.get().schema_name == roads.schema_name
    assert identity_of(reference=hidden.reference) == before


def test_no_agency_lays_a_seal_on_a_case_that_it_holds(roads, water):
    """It would go along as the sender's own at the next move."""
    own = request_filed(roads)

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        seal_laid(roads, own.reference)


def test_news_of_a_former_holder_changes_no_figure(roads, water, caplog):
    one = request_filed(roads)
    hand_over(one, water)
    while register_project():
        pass
    before = list(RegisterCase.objects.order_by("agency_code").values())

    for position, event, status, at in [
        (9, "answered", "answered", clock.now()),
        (9, "rated", "transferred", clock.now()),
        # As if it had been before the hand-over; the second one in the place of another event.
        (9, "answered", "answered", clock.now() - timedelta(days=1)),
        (2, "answered", "answered", one.shown().received_at),
        (9, "transfer_accepted", "received", clock.now()),
    ]:
        with agency_context(roads):
            news(one.reference, position, event, status, at).save(force_insert=True)
        register_project()

    assert list(RegisterCase.objects.order_by("agency_code").values()) == before
    assert not RegisterOutbox.objects.exists()
    assert "1 events of a_roads came after its departure" in caplog.text
    assert one.reference not in caplog.text


def test_nor_does_news_that_comes_before_the_departure_is_in_the_register(roads, water):
    """As if it had been earlier, in the position of another event or of one never announced."""
    one = request_filed(roads)
    hand_over(one, water)
    filed_at = one.shown().received_at
    (departure,) = RegisterOutbox.objects.filter(event="transferred")
    with agency_context(roads):
        for position in range(1, departure.position + 1):
            answer = news(one.reference, position, "answered", "answered", filed_at)
            answer.save(force_insert=True)
    while register_project():
        pass
    projected = figures()
    assert [row["status"] for row in projected] == ["transferred", "received"]

    rebuild(roads, water)

    assert figures() == projected


def test_nor_do_events_that_it_adds_to_its_own_history_in_a_rebuild(roads, water):
    one = request_filed(roads)
    hand_over(one, water)
    while register_project():
        pass
    before = figures()
    for position, kind, status in [
        (8, "transfer_accepted", "received"),
        (9, "answered", "answered"),
    ]:
        event_laid(roads, one, position, kind, status, clock.now())
        event_laid(roads, one, position + 10, kind, status, one.shown().received_at)

    rebuild(roads, water)

    assert figures() == before


def test_a_case_that_comes_back_counts_again_and_the_other_one_is_a_former_holder(roads, water):
    one = request_filed(roads)
    hand_over(one, water)
    assert offer(one, roads) is None
    arbitration_decide(
        reference=one.reference, organisation_code=roads.code, text=DECISION, actor=OVERSEER
    )
    while register_project():
        pass
    projected = figures()
    assert [row["status"] for row in projected] == ["received", "transferred"]

    rebuild(roads, water)

    assert figures() == projected


def figures():
    names = [field.name for field in RegisterCase._meta.concrete_fields if field.name != "id"]
    return list(RegisterCase.objects.order_by("agency_code").values(*names))


def rebuild(*agencies):
    register_rebuild(
        schemas=[one.schema_name for one in agencies], events_of=gateway.outbox_events_of
    )


def event_laid(agency, one, position, kind, status, at):
    """An event that the agency's role adds to its own history of a case, which it may."""
    with agency_context(agency):
        row = ComplaintEvent.objects.filter(complaint__reference=one.reference).latest("position")
        row.pk, row.position, row.kind, row.status, row.at = uuid7(), position, kind, status, at
        ComplaintEvent.objects.bulk_create([row])


def news(reference, position, event, status, at):
    return RegisterOutbox(
        event_id=uuid7(), reference=reference, position=position, organisation_code="roads",
        kind="complaint", category_code="", language="fr", event=event, status=status,
        outcome="", at=at, handling=5 if event == "rated" else None,
    )  # fmt: skip


def test_a_used_key_of_an_agencys_making_answers_nobody(roads, water):
    theirs = filed(water)
    with agency_context(roads), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_submissionkey (digest, fingerprint, route_id, created_at)"
            " VALUES (%s, %s, %s, %s)",
            [bytes(32), bytes(32), theirs.reference, clock.now()],
        )

    again = filed(water)

    assert again.reference != theirs.reference
    assert (Agency.objects.count() > 1, Mail.objects.count()) == (True, 0)
