"""What officers and their heads may try in the life of a request, besides answering it."""

from dataclasses import replace

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.drafts import approval_digest
from agency_console.casework.services.dispatch import case_draft_take_back
from agency_console.casework.services.draft_approval import (
    case_draft_approve,
    case_draft_return,
    case_draft_submit,
)
from agency_console.casework.services.drafts import case_draft_save
from shared.complaints import services
from shared.complaints.enums import Ground, Outcome
from shared.complaints.models import Complaint, Label
from shared.complaints.selectors import cases_repeated
from shared.complaints.types import DirectionDraft, RefusalDraft
from shared.kernel.text import Wording
from tenants.isolation.schema_switch import agency_context
from tests.support.factories import REPLY, officer_actor

REFUSAL = RefusalDraft(
    ground=Ground.BEFORE_COURTS,
    explanation="A judgment on it is pending.",
    way_on="The court of appeal.",
)
DIRECTION = DirectionDraft(
    organisation_code="",
    organisation=Wording(ar="الصندوق", fr="Le fonds", en="The fund"),
    ground=Ground.NOT_COMPETENT,
    explanation="The fund alone decides on this allowance.",
    way_on="The fund receives every morning at its seat.",
)


def officer_refuses(history):
    history.holder_does(services.complaint_refuse, draft=REFUSAL)


def officer_names_the_competent_body(history):
    history.holder_does(
        services.complaint_direct, draft=DIRECTION, agency_code=history.one.holder.code
    )


def officer_does_not_uphold(history):
    history.holder_does(services.complaint_reply, draft=replace(REPLY, outcome=Outcome.NOT_UPHELD))


def officer_leaves_the_case(history):
    with agency_context(history.one.holder):
        services.complaint_unassign(reference=history.one.reference, actor=history.an_actor())


def officer_labels(history):
    with agency_context(history.one.holder):
        rows = Complaint.objects.filter(reference=history.one.reference)
        label = Label.objects.first() or services.label_create(name="Seen on the spot")
        is_labelled = label.pk in rows.get().label_ids
        services.case_label(
            reference=history.one.reference,
            actor=history.an_actor(),
            add=() if is_labelled else (label.pk,),
            remove=(label.pk,) if is_labelled else (),
        )


def officer_takes_the_question_back(history):
    with agency_context(history.one.holder):
        services.question_withdraw(reference=history.one.reference, actor=history.an_actor())


def agent_submits_a_reply(history):
    """A decision that waits for a head of the agency."""
    names = ("facts", "rule", "decision", "remedy", "act_number")
    parts = {name: getattr(REPLY, name) for name in names}
    parts |= {"outcome": REPLY.outcome, "carried_out": "done"}
    return _submitted_by_the_agent(history, DraftAct.REPLY, parts)


def agent_submits_a_refusal(history):
    names = ("ground", "explanation", "way_on")
    parts = {name: getattr(REFUSAL, name) for name in names}
    return _submitted_by_the_agent(history, DraftAct.REFUSE, parts)


def _submitted_by_the_agent(history, act, parts):
    agency = history.one.holder
    agent = history.people.officers[agency.code]
    with agency_context(agency):
        case = Complaint.objects.get(reference=history.one.reference)
        written = case_draft_save(
            complaint=case, officer=agent, act=act, parts=parts, version=case.version
        )
        case_draft_submit(
            draft_id=written.pk, officer=agent, actor=officer_actor(agent), version=case.version
        )


def _submitted(history):
    """The draft of the request that waits for approval, in the agency that is entered."""
    rows = CaseDraft.objects.filter(complaint__reference=history.one.reference)
    rows = rows.filter(approval_asked_at__isnull=False, pressed_at__isnull=True)
    return rows.select_related("complaint", "officer").first()


def head_approves(history):
    """What was submitted, or is now, leaves when its ten seconds are over (``drafts_leave``)."""
    agency = history.one.holder
    with agency_context(agency):
        if (waiting := _submitted(history)) is None:
            return False
        case_draft_approve(
            draft_id=waiting.pk,
            asked_at=waiting.approval_asked_at,
            officer=history.people.heads[agency.code],
            version=waiting.complaint.version,
            digest=approval_digest(waiting, cases_repeated(waiting.complaint)),
        )
    return True


def head_returns(history):
    agency = history.one.holder
    head = history.people.heads[agency.code]
    with agency_context(agency):
        if (waiting := _submitted(history)) is None:
            return False
        case_draft_return(
            draft_id=waiting.pk,
            asked_at=waiting.approval_asked_at,
            officer=head,
            actor=officer_actor(head),
            reason="Name the article.",
        )
    return True


def agent_takes_the_decision_back(history):
    with agency_context(history.one.holder):
        if (waiting := _submitted(history)) is None:
            return False
        case_draft_take_back(draft_id=waiting.pk, user=waiting.officer)
    return True


OFFICER_ACTS = (
    officer_refuses, officer_names_the_competent_body, officer_does_not_uphold,
    officer_leaves_the_case, officer_labels, officer_takes_the_question_back,
    agent_submits_a_reply, agent_submits_a_refusal, head_approves, head_returns,
    agent_takes_the_decision_back,
)  # fmt: skip
