"""Services that send a workspace request to oversight or begin another request."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.errors import (
    InstitutionAsked,
    RequestDecided,
    RequestIncomplete,
)
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.selectors.institutions import (
    domain_is_known,
    institution_require_free,
    institution_require_unlisted,
)
from public_portal.workspace_requests.selectors.requests import kept_find, request_token
from public_portal.workspace_requests.services.drafts import answers_keep
from public_portal.workspace_requests.services.mail import (
    RECEIVED,
    request_address,
    request_mail_queue,
)
from public_portal.workspace_requests.types import TERMS_VERSION, RequestDetail
from shared.audit.services import audit_record
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.rows.selectors import first_or_refuse
from shared.rows.services import written_or_refuse

# The audit log names no person of an institution.
INSTITUTION = Actor(kind=ActorKind.CITIZEN, label="institution")


@transaction.atomic
def request_send(*, request_id: UUID) -> str:
    """Send the request to oversight, and its link to the institution; return the page's secret.

    A second call sends nothing. Raises ``RequestIncomplete`` and what ``institution_require_free``
    and ``institution_require_unlisted`` raise.
    """
    row = first_or_refuse(
        WorkspaceRequest.objects.select_for_update().filter(pk=request_id),
        RequestIncomplete(str(request_id)),
    )
    if row.state != RequestState.UNPROVED:
        return request_token(row.pk)
    answers = kept_find(request_id=str(request_id)).answers
    agreed = row.accepted_at is not None and row.terms_version == TERMS_VERSION
    is_whole = answers.names_institution and row.person_name and row.volume and agreed
    if row.email_proved_at is None or not is_whole:
        raise RequestIncomplete(str(request_id))
    if answers.organisation_code:
        institution_require_free(code=answers.organisation_code, but_for=row.pk)
    else:
        institution_require_unlisted(names=answers.proposed_names)
    row.is_domain_known = domain_is_known(
        domain=answers.domain, organisation_code=answers.organisation_code
    )
    row.state, row.created_at = RequestState.WAITING, clock.now()
    # Another request for the same body may have been stored since the check above.
    with written_or_refuse(InstitutionAsked(answers.organisation_code)):
        row.save()
    request_mail_queue(row, RECEIVED, request_url=request_address(row))
    audit_record(actor=INSTITUTION, action="workspace.requested", subject=audit_subject(row.pk))
    return request_token(row.pk)


@transaction.atomic
def request_again(*, request_detail: RequestDetail, language: str) -> UUID:
    """Begin a new request with the answers of a refused or withdrawn request; return its id.

    The e-mail address must be proved and the terms accepted again. Raises ``RequestDecided``.
    """
    if request_detail.state not in (RequestState.REFUSED, RequestState.WITHDRAWN):
        raise RequestDecided(str(request_detail.id))
    answers = replace(request_detail.answers, terms_version="")
    if request_detail.is_forgotten:
        answers = replace(answers, email="")
    return answers_keep(request_id=None, answers=answers, language=language)


def audit_subject(request_id: UUID) -> str:
    """Return the subject of a request's entries in the audit log."""
    return f"workspace_request {request_id}"
