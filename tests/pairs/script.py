"""One long life in which everything happens to a request, and then everything again.

So each act meets each other one, in both orders. What cannot happen to one request (a confidential
one is never merged, a named one has no identity to open) happens in two such lives.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_take_back
from agency_console.casework.services.drafts import case_draft_save
from public_portal.account.services import complaint_adopt
from shared.audit.services import audit_record_daily
from shared.complaints import services
from shared.complaints.enums import CASE_VIEWED
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.services import register_rebuild
from tenants.case_access import gateway
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.printed_codes import receipt_code_replace
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept
from tenants.fleet.services.lifecycle.states import agency_reactivate, agency_suspend
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Route, TransferOffer
from tenants.models.enums import LinkPurpose, OfferState, PrintedCode
from tests.pairs import part_steps
from tests.pairs.lives import Step
from tests.support.custody import DECISION, OVERSEER, offer
from tests.support.factories import officer_actor
from tests.tenants.custody import (
    citizen_acts as citizen,
    officer_acts as officer,
    oversight_acts as oversight,
    part_acts as parts,
    random_acts as acts,
)
from tests.tenants.custody.random_acts import History


def days(number: int) -> Step:
    """Days on which nobody does anything but the upkeep."""

    def pass_(history: History) -> bool:
        history.at += timedelta(days=number)
        with clock.travel(history.at):
            gateway.cases_maintain(agency=history.one.holder, actor=SYSTEM)
        return True

    pass_.__name__ = f"{number}_days"
    return pass_


def merged_into_the_other(history: History) -> None:
    """The other way round than ``merged``: the first request is worked on through the other."""
    with agency_context(history.one.holder):
        services.case_merge(
            reference=history.one.reference, into=history.other.reference, actor=SYSTEM
        )


def unmerged_from_the_other(history: History) -> None:
    with agency_context(history.one.holder):
        services.case_unmerge(reference=history.one.reference, actor=SYSTEM)


def decided_for_the_holder(history: History) -> None:
    arbitration_decide(
        reference=history.one.reference,
        organisation_code=history.one.holder.code,
        text=DECISION,
        actor=OVERSEER,
    )


def offered_to_the_next(history: History) -> bool:
    """To an agency that has not had the request yet: of a former holder oversight is asked."""
    return offer(history.one, _next(history)) is not None


def handed_to_the_next(history: History) -> bool:
    to = _next(history)
    made = offer(history.one, to)
    if made is None:
        return False
    offer_accept(agency=to, offer_id=made.pk, actor=SYSTEM)
    return True


def _next(history: History) -> Agency:
    accepted = TransferOffer.objects.filter(
        reference=history.one.reference, state=OfferState.ACCEPTED
    )
    former = {history.first.schema_name, *accepted.values_list("to_schema", flat=True)}
    found: Agency = next(one for one in history.agencies if one.schema_name not in former)
    return found


def holder_closed_and_opened(history: History) -> None:
    code = history.one.holder.code
    agency_suspend(agency_code=code, reason="Audit.", actor=OVERSEER)
    agency_reactivate(agency_code=code, actor=OVERSEER)


def officer_opens_the_case(history: History) -> None:
    """As the console notes it: in the log, and for the marks of the lists."""
    who = history.an_officer()
    with agency_context(history.one.holder):
        audit_record_daily(
            actor=officer_actor(who),
            action=CASE_VIEWED,
            subject=history.one.reference,
            schema=history.one.holder.schema_name,
        )
        case = Complaint.objects.get(reference=history.one.reference)
        services.case_opened(complaint=case, user=who)


def officer_puts_the_case_aside(history: History) -> None:
    who = history.an_officer()
    with agency_context(history.one.holder):
        case = Complaint.objects.get(reference=history.one.reference)
        services.case_snooze(complaint=case, user=who, until=clock.today() + timedelta(days=3))


def officer_saves_a_text(history: History) -> None:
    who = history.an_officer()
    with agency_context(history.one.holder):
        case = Complaint.objects.get(reference=history.one.reference)
        case_draft_save(
            complaint=case,
            officer=who,
            act=DraftAct.NOTE,
            parts={"body": f"The {history.word} calls"},
            version=case.version,
        )


def officer_takes_a_text_back(history: History) -> None:
    """In its ten seconds."""
    acts.officer_presses_send(history)
    with agency_context(history.one.holder):
        rows = CaseDraft.objects.filter(complaint__reference=history.one.reference)
        for one in rows.filter(pressed_at__isnull=False).select_related("officer"):
            case_draft_take_back(draft_id=one.pk, user=one.officer)
            one.delete()


def account_keeps_the_request(history: History) -> None:
    account = citizen.account_of(history)
    # A part has no code of its own: whoever keeps the whole request opens its parts.
    one = history.one.whole if isinstance(history.one, part_steps.Part) else history.one
    complaint_adopt(
        user=account, reference=one.reference, code=one.receipt_code, place=citizen.PLACE
    )


def printed_code_replaced(history: History) -> None:
    """The mailbox takes a new receipt code, as for a request that an officer has filed."""
    is_part = isinstance(history.one, part_steps.Part)
    one = history.one.whole if is_part else history.one
    Route.objects.filter(pk=one.reference).update(printed_code=PrintedCode.WAITS)
    mailed = link_open(key=citizen.key_for(one, LinkPurpose.OPEN)).token
    new = replace(one, receipt_code=receipt_code_replace(token=mailed))
    history.one = replace(history.one, whole=new) if is_part else new


def register_built_anew(history: History) -> None:
    schemas = [one.schema_name for one in history.agencies]
    register_rebuild(schemas=schemas, events_of=gateway.outbox_events_of)


# What leaves no event, and the act that it is.
SILENT: Mapping[Step, str] = {
    officer_opens_the_case: "case_read",
    officer_puts_the_case_aside: "case_put_aside",
    officer_saves_a_text: "text_saved",
    acts.officer_presses_send: "text_pressed",
    officer_takes_a_text_back: "text_taken_back",
    account_keeps_the_request: "account_keeps",
    citizen.account_changes_the_address: "account_moves",
    citizen.account_erased: "account_leaves",
    holder_closed_and_opened: "agency_closed",
    oversight.oversight_reads: "oversight_read",
    acts.joined_by_what_was_said: "both_mine_said",
    printed_code_replaced: "code_replaced",
    register_built_anew: "register_rebuilt",
}
ACCOUNT = (account_keeps_the_request, citizen.account_changes_the_address, citizen.account_erased)
_WORK_ALONE = (
    acts.officer_takes, officer.officer_leaves_the_case, acts.unit_changed,
    acts.category_corrected, officer.officer_labels, acts.officer_notes,
    officer_opens_the_case, officer_puts_the_case_aside, officer_saves_a_text,
    officer_takes_a_text_back, acts.officer_presses_send, acts.drafts_leave,
    citizen.citizen_writes, citizen.citizen_sends_a_file, *ACCOUNT,
    citizen.citizen_changes_the_address, holder_closed_and_opened, register_built_anew,
    printed_code_replaced,
    acts.officer_asks, officer.officer_takes_the_question_back, acts.officer_asks, days(16),
    acts.officer_sends_an_interim_reply,
)  # fmt: skip
WORK = (
    *_WORK_ALONE,
    parts.split, parts.part_given_back, part_steps.part_cut_and_taken,
    part_steps.part_withdrawn, part_steps.part_comes_back,
)  # fmt: skip
SECOND_EYES = (
    officer.agent_submits_a_reply, officer.head_returns,
    officer.agent_submits_a_refusal, officer.agent_takes_the_decision_back,
)  # fmt: skip
OFFERS = (
    offered_to_the_next, acts.taken_back, offered_to_the_next, acts.refused, handed_to_the_next,
    offered_to_the_next, acts.lapsed, handed_to_the_next,
)  # fmt: skip
MERGES = (
    citizen.citizen_files_again, citizen.citizen_opens_by_link, acts.merged, acts.unmerged,
    merged_into_the_other, unmerged_from_the_other, acts.joined_by_what_was_said, acts.unmerged,
)  # fmt: skip
LATE = (days(50), oversight.citizen_asks_for_a_review, oversight.oversight_reads)
ENDS = (
    oversight.oversight_sends_back,
    officer.agent_submits_a_reply, officer.head_approves, acts.drafts_leave,
    citizen.citizen_rates, days(29), oversight.citizen_tells_of_the_promise,
    citizen.citizen_reopens, officer.officer_refuses,
    oversight.citizen_asks_for_a_review, oversight.oversight_sends_back,
)  # fmt: skip
REFUSED_TWICE = (
    offered_to_the_next, acts.refused, handed_to_the_next,
    offered_to_the_next, acts.lapsed, offered_to_the_next, acts.refused,
)  # fmt: skip
COMPETENCE = (*REFUSED_TWICE, decided_for_the_holder)

_EVERYTHING = (*MERGES, *WORK, *SECOND_EYES, *OFFERS, *LATE, *ENDS)
_IDENTITY = (*LATE, oversight.oversight_opens_the_identity, *ENDS)
# Of each privacy: whoever hides their name is merged with nobody and has an identity to open.
NAMED = (*_EVERYTHING, *_EVERYTHING)
CONFIDENTIAL = (
    *WORK, *SECOND_EYES, offered_to_the_next, acts.taken_back, *COMPETENCE, *_IDENTITY,
    *WORK, *SECOND_EYES, *_IDENTITY,
)  # fmt: skip
# Its whole life before and after a binding decision is that of a part and of a hidden request.
AT_LAST = (
    citizen.citizen_opens_by_link, part_steps.part_decided_for_the_cutter,
    offered_to_the_next, acts.refused, offered_to_the_next, acts.lapsed, decided_for_the_holder,
    # The other one was filed on the same day: a later one cannot be answered for both.
    merged_into_the_other, unmerged_from_the_other,
    citizen.citizen_files_again, citizen.citizen_opens_by_link, acts.merged, acts.unmerged,
    acts.joined_by_what_was_said, acts.unmerged,
)  # fmt: skip
# A question of competence that ends because the case is answered: it may be offered again.
ANSWERED_MEANWHILE = (
    *REFUSED_TWICE, acts.officer_replies, citizen.citizen_reopens, *MERGES,
    offered_to_the_next, acts.taken_back, handed_to_the_next,
    offered_to_the_next, acts.lapsed, offered_to_the_next, acts.refused, acts.decided,
)  # fmt: skip
# A part, which is taken over, worked on and answered; it ends where it comes back to the whole.
PART = (
    part_steps.only_a_part_is_left, handed_to_the_next, *MERGES,
    offered_to_the_next, acts.taken_back, offered_to_the_next, acts.lapsed,
    *WORK, *SECOND_EYES, *LATE, *ENDS,
)  # fmt: skip
# It may be answered by itself while the whole request is; then that is re-opened.
PART_WITH_A_TEXT = (
    part_steps.only_a_part_is_left, part_steps.whole_answered, officer.agent_submits_a_reply,
    part_steps.whole_reopened_and_given_back,
)  # fmt: skip
HIDDEN_PART = (
    days(16), part_steps.only_a_part_is_left, handed_to_the_next, *_IDENTITY,
    part_steps.comes_back_to_the_whole,
)  # fmt: skip


def withdrawn(history: History) -> None:
    citizen.citizen_withdraws_at_last(history)


def closed(history: History) -> bool:
    """Answered, and not re-opened while that is possible."""
    acts.officer_replies(history)
    return bool(days(40)(history))


HIDDEN_AND_HANDED_OVER = (
    days(16), *_IDENTITY, offered_to_the_next, acts.taken_back, *COMPETENCE, withdrawn,
)  # fmt: skip
