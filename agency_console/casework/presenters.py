"""Texts of case drafts as the citizen will read them."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.casework.enums import DECISIONS, DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.selectors.case_facts import case_header
from agency_console.casework.selectors.drafts import leaving_decision
from agency_console.casework.types import CaseChanges, ThreadEntry, Voice
from shared.complaints.enums import Ground, Outcome, RemedyTime
from shared.complaints.presenters import (
    direction_text,
    interim_text,
    refusal_text,
    reply_text,
)
from shared.complaints.types import DirectionDraft, InterimDraft, RefusalDraft, ReplyDraft
from shared.directory.selectors.organisations import organisation_names
from shared.kernel.text import Wording

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

Decision = ReplyDraft | RefusalDraft | DirectionDraft


def decision_of(draft: CaseDraft) -> Decision:
    """Return the decision in a draft that was checked when "send" was pressed."""
    parts = dict(draft.parts)
    if draft.act == DraftAct.REPLY:
        names = ("facts", "rule", "decision", "remedy", "act_number")
        given = {name: parts.get(name, "") for name in names}
        # A draft saved by the former release has no day, and its reply names no day.
        day = parts.get("promised_on", "")
        return ReplyDraft(
            outcome=Outcome(parts["outcome"]),
            promised_on=date.fromisoformat(day) if day else None,
            is_done=parts.get("carried_out") == RemedyTime.DONE,
            **given,
        )
    texts = {name: parts.get(name, "") for name in ("explanation", "way_on")}
    if draft.act == DraftAct.REFUSE:
        return RefusalDraft(ground=Ground(parts["ground"]), **texts)
    code, name = parts["organisation_code"], parts.get("body_name", "")
    named = Wording(ar=name, fr=name, en=name)
    return DirectionDraft(
        organisation_code=code,
        organisation=organisation_names(codes=[code])[code] if code else named,
        # A draft saved by the former release has no ground.
        ground=Ground(parts.get("ground") or Ground.NOT_COMPETENT),
        **texts,
    )


def interim_of(draft: CaseDraft) -> InterimDraft:
    """Return the interim reply in a draft that was checked when "send" was pressed."""
    parts = draft.parts
    return InterimDraft(
        done=parts.get("done", ""),
        delay=parts.get("delay", ""),
        until=date.fromisoformat(parts["until"]),
    )


def draft_text(draft: CaseDraft) -> str:
    """Return the text in the case's language; the draft was checked when "send" was pressed."""
    case = draft.complaint
    if draft.act == DraftAct.INTERIM:
        return interim_text(draft=interim_of(draft), language=case.language, due_on=case.due_on)
    if draft.act not in DECISIONS:
        return str(draft.parts.get("body", ""))
    decision, is_second = decision_of(draft), case.reopened > 0
    if isinstance(decision, ReplyDraft):
        return reply_text(draft=decision, language=case.language, is_second=is_second)
    if isinstance(decision, RefusalDraft):
        return refusal_text(draft=decision, language=case.language, is_second=is_second)
    return direction_text(draft=decision, language=case.language, is_second=is_second)


def leaving_changes(case: "Complaint") -> CaseChanges:
    """Return the decision that a colleague is sending, if any, as a change of the case."""
    draft, thread = leaving_decision(case), []
    if draft is not None:
        thread = [
            ThreadEntry(
                voice=Voice.AGENCY,
                label=_("It is being sent at this moment"),
                by=draft.officer.name,
                proof="",
                at=draft.saved_at,
                body=draft_text(draft),
            )
        ]
    return CaseChanges(case=case_header(case), history=(), thread=tuple(thread))
