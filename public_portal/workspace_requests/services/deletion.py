"""Forgetting: what was never sent, and who sent what was decided long ago."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.models import WorkspaceNote, WorkspaceRequest
from public_portal.workspace_requests.services.mail import LETTERS
from shared.jobs.enums import ENDED
from shared.jobs.models import Job
from shared.kernel import clock
from shared.mail.services import mail_forget

UNSENT_LIFE = timedelta(days=30)
PERSON_LIFE = timedelta(days=365)
LETTERS_LIFE = timedelta(days=1)


@transaction.atomic
def requests_prune() -> int:
    """Forget answers that were not sent in thirty days, and persons a year after the decision.

    Of a decided request the institution, the decision and the domain of the address stay.
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
        # By its domain the next request of that body is known.
        row.email = f"@{row.email.rpartition('@')[2]}"
        row.save()
        if row.job_id:
            # Its arguments name whoever was invited; an ended job needs them no more.
            Job.objects.filter(pk=row.job_id, state__in=ENDED).update(arguments={})
        WorkspaceNote.objects.filter(request=row).delete()
        gone += 1
    return gone


def letters_prune() -> int:
    """Forget the letters a day after they left; their words were emptied when they did."""
    return mail_forget(letters=LETTERS, before=clock.now() - LETTERS_LIFE)
