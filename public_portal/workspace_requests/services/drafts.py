"""Services that store and delete an institution's answers."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.selectors.requests import ANSWER_NAMES, request_token
from public_portal.workspace_requests.services.mail import LETTERS
from public_portal.workspace_requests.types import Answers
from shared.jobs.enums import ENDED
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from shared.limits.services.attempt_counter import limits_require
from shared.limits.types import HOUR, Limit
from shared.mail.services import mail_forget
from tenants.case_access.services.tokens import token_digest

BEGUN_PER_PLACE = 30


def answers_begin(*, place: str, answers: Answers, language: str) -> UUID:
    """Store the first answers of a session; a network can begin thirty requests an hour.

    Not atomic, so that the attempt stays counted after an error. Raises ``TooManyAttempts``.
    """
    limits_require(
        [Limit(name="workspace.begun", subject=place, allowed=BEGUN_PER_PLACE, window=HOUR)]
    )
    return answers_keep(request_id=None, answers=answers, language=language)


@transaction.atomic
def answers_keep(*, request_id: UUID | None, answers: Answers, language: str) -> UUID:
    """Store a session's answers, in a new row if the session has no unsent request.

    A changed e-mail address must be proved again.
    """
    rows = WorkspaceRequest.objects.select_for_update().filter(state=RequestState.UNPROVED)
    row = (rows.filter(pk=request_id).first() if request_id else None) or _begun()
    if row.email != answers.email:
        row.email_proved_at = row.code_digest = row.code_expires_at = None
        row.code_tries = 0
    if row.terms_version != answers.terms_version:
        row.accepted_at = clock.now() if answers.terms_version else None
    for name in ANSWER_NAMES:
        setattr(row, name, getattr(answers, name))
    row.language = language
    row.save()
    return row.pk


@transaction.atomic
def answers_discard(*, request_id: UUID) -> None:
    """Delete the answers; a sent request is not deleted."""
    WorkspaceRequest.objects.filter(pk=request_id, state=RequestState.UNPROVED).delete()


def _begun() -> WorkspaceRequest:
    request_id = uuid7()
    return WorkspaceRequest(
        id=request_id,
        token_digest=token_digest(request_token(request_id)),
        created_at=clock.now(),
    )


UNSENT_LIFE = timedelta(days=30)
PERSON_LIFE = timedelta(days=365)
LETTERS_LIFE = timedelta(days=1)


@transaction.atomic
def requests_prune() -> int:
    """Delete answers not sent in thirty days, and personal data a year after the decision.

    A decided request stays with its institution, decision and e-mail domain.
    """
    now = clock.now()
    unsent = WorkspaceRequest.objects.filter(
        state=RequestState.UNPROVED, created_at__lte=now - UNSENT_LIFE
    )
    gone = unsent.delete()[0]
    old = WorkspaceRequest.objects.select_for_update().filter(
        ~Q(person_name=""), decided_at__lte=now - PERSON_LIFE
    )
    for row in old:
        row.person_name = row.person_function = row.phone = row.message = ""
        # ``domain_is_known`` needs the domain for later requests of the body.
        row.email = f"@{row.email.rpartition('@')[2]}"
        row.save()
        if row.job_id:
            # The job's arguments contain the name of the invited person.
            Job.objects.filter(pk=row.job_id, state__in=ENDED).update(arguments={})
        WorkspaceNote.objects.filter(request=row).delete()
        gone += 1
    return gone


def request_mail_prune() -> int:
    """Delete the e-mails about workspace requests a day after they were sent."""
    return mail_forget(letters=LETTERS, before=clock.now() - LETTERS_LIFE)
