"""Every row that an agency's role may write in ``public``, and what a trusted process makes of it.

docs/security/tenancy.md has the same as a table.
"""

from importlib import import_module

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import task_row
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.register.models import RegisterCase, RegisterOutbox
from shared.register.services import register_project
from tenants.case_access.errors import EncryptedIdentityNotFound
from tenants.case_access.services.mail_recipients import address_of
from tenants.case_access.services.party_encryption import identity_of
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route
from tests.journeys.site import ROOT
from tests.public_portal.tracking.visits import EMAIL
from tests.shared.jobs.workers import run_queue
from tests.support.factories import filed
from tests.tenants.isolation.test_grants import NATIONAL_RIGHTS

pytestmark = pytest.mark.django_db

# The rights that this file and test_caches.py speak of; a new one needs a test here.
WRITTEN = {
    "django_tasks_database_dbtaskresult",
    "register_registeroutbox",
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
    ["os.system", "tenants.case_access.services.receipt_codes.receipt_code", "no.such.thing"],
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
