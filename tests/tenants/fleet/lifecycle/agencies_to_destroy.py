"""An agency that is to be destroyed, and what is left of it."""

from django.db import connection

from shared.complaints import services
from shared.complaints.enums import Author, Privacy
from shared.complaints.types import UploadedContent
from shared.jobs.services.job_runner import job_next
from shared.kernel.actors import CITIZEN
from tenants.agencies.types import AgencyInfo
from tenants.case_access.services.tokens import token_issue
from tenants.case_access.types import Receipt
from tenants.fleet.services.lifecycle.destroy_orders import destroy_ask, destroy_confirm
from tenants.fleet.services.lifecycle.states import agency_archive
from tenants.isolation.backends.base import role_name
from tenants.isolation.schema_switch import agency_context
from tenants.models import (
    Domain,
    EncryptedParty,
    Route,
    TrackingToken,
)
from tenants.models.enums import OpenedBy, TokenScope
from tests.public_portal.tracking.visits import answer
from tests.support.factories import filed, organisation_of
from tests.support.samples import PDF
from tests.tenants.fleet.lifecycle.people import OPERATOR, REASON, SECOND, read_order, two_at_work

PORTS = AgencyInfo(code="sea-ports", name_ar="الموانئ", name_fr="Ports", name_en="Ports")


def lived(agency) -> Receipt:
    receipt = filed(agency, privacy=Privacy.CONFIDENTIAL)
    with agency_context(agency):
        services.attachment_add(
            reference=receipt.reference,
            upload=UploadedContent(name="letter.pdf", content=PDF),
            author=Author.CITIZEN,
            actor=CITIZEN,
        )
    route = Route.objects.get(reference=receipt.reference)
    token_issue(route=route, scope=TokenScope.FULL, opened_by=OpenedBy.RECEIPT)
    answer(agency, receipt.reference)
    return receipt


def archived(agency):
    organisation_of(agency)
    return agency_archive(
        agency_code=agency.code, reason=REASON, successor_code="roads", actor=OPERATOR
    )


def ask(code="sea-ports", *, typed_code="sea-ports", waiver="Nothing is in it.", actor=OPERATOR):
    return destroy_ask(
        agency_code=code, typed_code=typed_code, reason=REASON, waiver=waiver, actor=actor
    )


def confirm(code="sea-ports", *, typed_code="sea-ports", actor=SECOND):
    two_at_work()
    return destroy_confirm(
        agency_code=code, typed_code=typed_code, order_id=read_order(code), actor=actor
    )


def work(worker="one"):
    """One turn of the operator process, to which all before has been committed."""
    with connection.cursor() as cursor:
        # A table with keys still to be checked cannot be dropped in the same transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return job_next(worker=worker)


def schemas():
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'a\\_%' ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def has_role(schema_name):
    with connection.cursor() as cursor:
        role = role_name(str(connection.settings_dict["NAME"]), schema_name)
        cursor.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        return cursor.fetchone()[0]


def of_agency(agency):
    """How much of the address book names it."""
    return {
        "hosts": Domain.objects.filter(tenant=agency).count(),
        "routes": Route.objects.filter(agency=agency).count(),
        "tokens": TrackingToken.objects.filter(route__agency=agency).count(),
        "sealed": EncryptedParty.objects.filter(schema_name=agency.schema_name).count(),
    }
