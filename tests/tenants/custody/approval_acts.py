"""What officers and national oversight may try where somebody has to agree, or to decide."""

from datetime import timedelta
from uuid import UUID

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_require, case_draft_send
from agency_console.casework.services.draft_approval import case_draft_send_or_submit
from agency_console.casework.services.recipients import recipients_note
from shared.accounts.enums import Role
from shared.complaints import services
from shared.complaints.models import Complaint, Message
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from shared.kernel.identifiers import uuid7
from tenants.case_access.errors import ReviewAlreadyDecided, ReviewNotFound
from tenants.case_access.services.reviews import review_case, review_file_read
from tenants.custody.errors import ArbitrationDecided, ArbitrationNotFound
from tenants.custody.selectors import arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_file, arbitration_file_read
from tenants.isolation.schema_switch import agency_context
from tests.support.custody import OVERSEER
from tests.support.factories import officer_actor, staff
from tests.tenants.custody.citizen_acts import citizen_files_again, citizen_opens_by_link

# The right is looked at before the file.
ANY_FILE = UUID(int=1)


def supervisor_approves_and_a_case_joins_or_leaves(history):
    """The reply reaches those that were approved alone; else it comes back to its author."""
    agency = history.one.holder
    agent = staff(agency, Role.AGENT, f"{uuid7()}@agents.example")
    supervisor = staff(agency, Role.SUPERVISOR, f"{uuid7()}@supervisors.example")
    citizen_files_again(history)
    citizen_opens_by_link(history)
    with agency_context(agency):
        draft = _approved(history, agent, supervisor)
        approved, before = set(draft.recipients), _replies(history)
        _joins(history)
        with clock.travel(clock.now() + timedelta(minutes=1)):
            is_sent = case_draft_send(draft_id=draft.pk)
        reached = {one for one, number in _replies(history).items() if number > before[one]}
        assert reached == (approved if is_sent else set())
        assert is_sent or CaseDraft.objects.get(pk=draft.pk).parts
        CaseDraft.objects.filter(pk=draft.pk).delete()


def _approved(history, agent, supervisor):
    case = Complaint.objects.get(reference=history.one.reference)
    draft = case_draft_send_or_submit(
        complaint=case,
        officer=agent,
        act=DraftAct.REPLY,
        parts=_words(history),
        version=case.version,
        actor=officer_actor(agent),
        needs_approval=True,
    )
    # Not its task: an agency queues none for a moment so far from the database's clock.
    case_draft_require(draft, version=None, is_approved=True)
    recipients_note(draft, is_approved=True)
    draft.pressed_at, draft.approved_by = clock.now(), supervisor
    draft.save()
    return draft


def _words(history):
    return {
        "outcome": "explained",
        "facts": f"We measured the {history.word} in the street in March.",
        "rule": "Organic law 113-14, article 83.",
        "decision": "Nothing is wrong with it, and it stays as it is.",
    }


def _joins(history):
    try:
        services.case_merge(
            reference=history.other.reference, into=history.one.reference, actor=SYSTEM
        )
    except DomainError:
        # Nothing joins: the reply leaves as it was approved.
        return


def _replies(history):
    rows = Message.objects.filter(complaint__reference__in=history.references(), kind="reply")
    found = list(rows.values_list("complaint__reference", flat=True))
    return {reference: found.count(reference) for reference in history.references()}


def analyst_reads(history):
    """While oversight has to decide it reads the case; at any other moment nothing of it."""
    reference = history.one.reference
    waits = any(one.reference == reference for one in arbitrations_waiting())
    if waits:
        arbitration_file(reference=reference, actor=OVERSEER)
        return True
    with pytest.raises((ArbitrationDecided, ArbitrationNotFound)):
        arbitration_file(reference=reference, actor=OVERSEER)
    with pytest.raises(ArbitrationNotFound):
        arbitration_file_read(reference=reference, attachment_id=ANY_FILE, actor=OVERSEER)
    with pytest.raises((ReviewAlreadyDecided, ReviewNotFound)):
        review_case(reference=reference, actor=OVERSEER)
    with pytest.raises(ReviewNotFound):
        review_file_read(reference=reference, attachment_id=ANY_FILE, actor=OVERSEER)
    return True
