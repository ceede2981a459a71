"""A runner that carries out actions with the product's services at the actions' times."""

from dataclasses import dataclass, field
from datetime import date
from functools import singledispatch

from demo.actions import (
    Action,
    AgencyMessage,
    Assignment,
    CitizenFile,
    CitizenMessage,
    Filing,
    InterimReply,
    InternalNote,
    PromiseAnswer,
    Question,
    Rating,
    Refusal,
    Reopening,
    Reply,
    ScheduledAction,
    Upkeep,
    Withdrawal,
)
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.complaints import services
from shared.complaints.enums import BODY_GROUNDS, CASE_VIEWED, Author
from shared.complaints.selectors import complaint_get
from shared.complaints.types import DirectionDraft
from shared.directory.selectors.organisations import organisation_names
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from shared.kernel.text import Wording
from tenants.case_access.gateway import complaint_file

# The competent body in a refusal, if the directory has none of the action's bodies.
UNLISTED_BODY = Wording(
    ar="العمالة أو الإقليم", fr="La préfecture ou la province", en="The prefecture or the province"
)


@dataclass(slots=True, kw_only=True)
class RunState:
    """The staff of an agency, its cases, and the recorded accesses to cases.

    ``references`` is number of a case -> reference; ``rated`` has references, oldest rating first.
    """

    agents: list[User]
    supervisor: User
    references: dict[int, str] = field(default_factory=dict)
    rated: list[str] = field(default_factory=list)
    accesses: set[tuple[int, str, date]] = field(default_factory=set)


def action_run(act: ScheduledAction, state: RunState) -> None:
    """Carry out an action at the action's time; runs in the agency's schema."""
    with clock.travel(act.at):
        if isinstance(act.action, Filing):
            receipt = complaint_file(draft=act.action.draft, actor=CITIZEN, is_email_proved=True)
            state.references[act.case] = receipt.reference
        elif isinstance(act.action, Upkeep):
            services.expired_deadlines_apply(actor=SYSTEM)
        else:
            _do(act.action, state.references[act.case], state)


@singledispatch
def _do(action: Action, reference: str, state: RunState) -> None:
    raise TypeError(f"nobody can do {action}")


@_do.register
def _(action: Assignment, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    giver = state.supervisor if action.by_supervisor else officer
    services.complaint_assign(
        reference=reference, officer=officer, actor=case_open(state, giver, reference)
    )


@_do.register
def _(action: Question, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    services.question_ask(
        reference=reference,
        body=action.body,
        officer=officer,
        actor=case_open(state, officer, reference),
    )


@_do.register
def _(action: CitizenMessage, reference: str, state: RunState) -> None:
    services.citizen_message_add(reference=reference, body=action.body, actor=CITIZEN)


@_do.register
def _(action: CitizenFile, reference: str, state: RunState) -> None:
    services.attachment_add(
        reference=reference, upload=action.upload, author=Author.CITIZEN, actor=CITIZEN
    )


@_do.register
def _(action: AgencyMessage, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    services.officer_message_add(
        reference=reference,
        body=action.body,
        officer=officer,
        actor=case_open(state, officer, reference),
    )


@_do.register
def _(action: InternalNote, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    services.note_add(
        reference=reference,
        body=action.body,
        officer=officer,
        actor=case_open(state, officer, reference),
    )


@_do.register
def _(action: InterimReply, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    services.interim_send(
        reference=reference,
        draft=action.draft,
        officer=officer,
        actor=case_open(state, officer, reference),
        is_approved=False,
    )


@_do.register
def _(action: Reply, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    services.complaint_reply(
        reference=reference,
        draft=action.draft,
        officer=officer,
        actor=case_open(state, officer, reference),
    )


@_do.register
def _(action: Refusal, reference: str, state: RunState) -> None:
    officer = state.agents[action.officer]
    actor = case_open(state, officer, reference)
    if action.draft.ground not in BODY_GROUNDS:
        services.complaint_refuse(
            reference=reference, draft=action.draft, officer=officer, actor=actor
        )
        return
    own = complaint_get(reference=reference).organisation_code
    names = organisation_names(codes=action.bodies)
    code = next((body for body in action.bodies if body in names and body != own), "")
    services.complaint_direct(
        reference=reference,
        draft=DirectionDraft(
            organisation_code=code,
            organisation=names.get(code, UNLISTED_BODY),
            explanation=action.draft.explanation,
            way_on=action.draft.way_on,
            ground=action.draft.ground,
        ),
        agency_code="",
        officer=officer,
        actor=actor,
    )


@_do.register
def _(action: Rating, reference: str, state: RunState) -> None:
    services.rating_give(reference=reference, draft=action.draft, actor=CITIZEN)
    state.rated.append(reference)


@_do.register
def _(action: PromiseAnswer, reference: str, state: RunState) -> None:
    services.promise_report(reference=reference, kept=action.kept, actor=CITIZEN)


@_do.register
def _(action: Reopening, reference: str, state: RunState) -> None:
    services.complaint_reopen(reference=reference, body=action.body, actor=CITIZEN)


@_do.register
def _(action: Withdrawal, reference: str, state: RunState) -> None:
    services.complaint_withdraw(reference=reference, actor=CITIZEN)


def case_open(state: RunState, user: User, reference: str) -> Actor:
    """Record that an officer opened a case; return the officer as an actor."""
    actor = Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)
    access = (user.pk, reference, clock.today())
    if access not in state.accesses:
        state.accesses.add(access)
        audit_record(actor=actor, action=CASE_VIEWED, subject=reference)
    services.case_opened(complaint=complaint_get(reference=reference), user=user)
    return actor
