"""Access of national oversight to a case on which it must decide, recorded in two audit logs.

The agency's log informs the citizen; the national log, which no agency can change, also names the
file. The caller checks that a decision of oversight is waiting.
"""

from functools import partial
from uuid import UUID

from shared.audit.services import audit_record, audit_record_daily
from shared.complaints import selectors as cases
from shared.complaints.enums import CASE_VIEWED_BY_OVERSIGHT, FILE_READ_BY_OVERSIGHT
from shared.complaints.types import FileContent, PublicCase
from shared.kernel.actors import Actor
from tenants.agencies.selectors import NATIONAL_SCHEMA
from tenants.case_access.services.routes import file_content
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route


def case_read(*, route: Route, actor: Actor) -> PublicCase:
    """Return a case to national oversight; record the access once a day for each reader."""
    _reading_record(route, actor)
    with agency_context(route.agency):
        case: PublicCase = cases.public_case(reference=route.reference)
        return case


def case_file_read(*, route: Route, attachment_id: UUID, actor: Actor) -> FileContent:
    """Return a file of a case to national oversight; record each access in both audit logs.

    Raises ``AttachmentNotFound``, ``AttachmentWaits``, ``AttachmentInfected``,
    ``AttachmentMissing``.
    """
    found = file_content(route=route, attachment_id=str(attachment_id))
    # A file can be opened without the page of its case: record an access to the case too.
    _reading_record(route, actor)
    named = f"{route.reference} {attachment_id}"
    audit_record(actor=actor, action=FILE_READ_BY_OVERSIGHT, subject=named)
    with agency_context(route.agency):
        audit_record(actor=actor, action=FILE_READ_BY_OVERSIGHT, subject=route.reference)
    return found


def _reading_record(route: Route, actor: Actor) -> None:
    record = partial(
        audit_record_daily,
        actor=actor,
        action=CASE_VIEWED_BY_OVERSIGHT,
        subject=route.reference,
    )
    record(schema=NATIONAL_SCHEMA)
    with agency_context(route.agency):
        record(schema=route.agency.schema_name)
