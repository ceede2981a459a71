"""Doing the deeds: each by the service that a page would call, at the moment it is dated."""

from dataclasses import dataclass, field
from datetime import date
from functools import singledispatch

from demo.actions import (
    Act,
    AgencyMessage,
    Assignment,
    CitizenFile,
    CitizenMessage,
    Deed,
    Filing,
    InternalNote,
    Question,
    Rating,
    Refusal,
    Reopening,
    Reply,
    Upkeep,
    Withdrawal,
)
from shared.accounts.models import User
from shared.audit.services import audit_record
from shared.complaints import services
from shared.complaints.enums import LOOK, Author
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from tenants.case_access.gateway import complaint_submit


@dataclass(slots=True, kw_only=True)
class Stage:
    """The staff of one agency, the references given and the looks noted so far."""

    agents: list[User]
    supervisor: User
    references: dict[int, str] = field(default_factory=dict)
    looks: set[tuple[int, str, date]] = field(default_factory=set)


def act_play(act: Act, stage: Stage) -> None:
    """Do one deed, inside the agency's schema, at its moment."""
    with clock.travel(act.at):
        if isinstance(act.deed, Filing):
            receipt = complaint_submit(draft=act.deed.draft, actor=CITIZEN)
            stage.references[act.case] = receipt.reference
        elif isinstance(act.deed, Upkeep):
            services.cases_upkeep(actor=SYSTEM)
        else:
            _do(act.deed, stage.references[act.case], stage)


@singledispatch
def _do(deed: Deed, reference: str, stage: Stage) -> None:
    raise TypeError(f"nobody can do {deed}")


@_do.register
def _(deed: Assignment, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    giver = stage.supervisor if deed.by_supervisor else officer
    services.complaint_assign(
        reference=reference, officer=officer, actor=_opened(stage, giver, reference)
    )


@_do.register
def _(deed: Question, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    services.question_ask(
        reference=reference,
        body=deed.body,
        officer=officer,
        actor=_opened(stage, officer, reference),
    )


@_do.register
def _(deed: CitizenMessage, reference: str, stage: Stage) -> None:
    services.citizen_message_add(reference=reference, body=deed.body, actor=CITIZEN)


@_do.register
def _(deed: CitizenFile, reference: str, stage: Stage) -> None:
    services.attachment_add(
        reference=reference, upload=deed.upload, author=Author.CITIZEN, actor=CITIZEN
    )


@_do.register
def _(deed: AgencyMessage, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    services.officer_message_add(
        reference=reference,
        body=deed.body,
        officer=officer,
        actor=_opened(stage, officer, reference),
    )


@_do.register
def _(deed: InternalNote, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    services.note_add(
        reference=reference,
        body=deed.body,
        officer=officer,
        actor=_opened(stage, officer, reference),
    )


@_do.register
def _(deed: Reply, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    services.complaint_reply(
        reference=reference,
        draft=deed.draft,
        officer=officer,
        actor=_opened(stage, officer, reference),
    )


@_do.register
def _(deed: Refusal, reference: str, stage: Stage) -> None:
    officer = stage.agents[deed.officer]
    services.complaint_refuse(
        reference=reference,
        draft=deed.draft,
        officer=officer,
        actor=_opened(stage, officer, reference),
    )


@_do.register
def _(deed: Rating, reference: str, stage: Stage) -> None:
    services.rating_give(reference=reference, draft=deed.draft, actor=CITIZEN)


@_do.register
def _(deed: Reopening, reference: str, stage: Stage) -> None:
    services.complaint_reopen(reference=reference, body=deed.body, actor=CITIZEN)


@_do.register
def _(deed: Withdrawal, reference: str, stage: Stage) -> None:
    services.complaint_withdraw(reference=reference, actor=CITIZEN)


def _opened(stage: Stage, user: User, reference: str) -> Actor:
    """The officer's hand; to act they had to open the case, which citizens are told of."""
    actor = Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)
    look = (user.pk, reference, clock.today())
    if look not in stage.looks:
        stage.looks.add(look)
        audit_record(actor=actor, action=LOOK, subject=reference)
    return actor
