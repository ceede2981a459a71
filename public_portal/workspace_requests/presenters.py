"""What is put in words: plans, answers, why not here, and what has happened to a request."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from public_portal.workspace_requests.enums import RequestState, Side, Step, Volume
from public_portal.workspace_requests.errors import (
    InstitutionAsked,
    InstitutionListed,
    InstitutionServed,
)
from public_portal.workspace_requests.selectors import request_in_hand
from public_portal.workspace_requests.types import Answers, RequestDetail
from shared.audit.models import AuditEntry
from shared.directory.enums import OrganisationKind
from shared.directory.selectors.organisations import organisation_find
from shared.forms.fields import Choice
from shared.kernel.errors import DomainError
from shared.ui.amounts import money_text
from shared.ui.dates import day_text
from shared.ui.links import host_url
from shared.ui.messages import refusal_message
from shared.ui.types import Progress, SummaryRow, TimelineEntry, Tone
from tenants.billing.enums import PlanKind
from tenants.billing.types import PlanSummary

TONES: Mapping[RequestState, Tone] = {
    RequestState.UNPROVED: Tone.CALM,
    RequestState.WAITING: Tone.INFO,
    RequestState.ASKED: Tone.WARN,
    RequestState.APPROVED: Tone.OK,
    RequestState.REFUSED: Tone.BAD,
    RequestState.WITHDRAWN: Tone.CALM,
}
ACTIONS: Mapping[str, object] = {
    "workspace.requested": gettext_lazy("Sent by the institution"),
    "workspace.question_asked": gettext_lazy("A question was asked"),
    "workspace.question_answered": gettext_lazy("The institution answered"),
    "workspace.approved": gettext_lazy("Approved"),
    "workspace.refused": gettext_lazy("Refused"),
    "workspace.withdrawn": gettext_lazy("Withdrawn by the institution"),
}


def workspace_address(code: str) -> str:
    """Where the staff of a workspace sign in."""
    return f"{host_url(f'{code}.{settings.BASE_DOMAIN}')}/"


def plan_offers(plans: Iterable[PlanSummary], *, language: str) -> list[Choice]:
    """Plans with their price and what is in them."""
    return [
        Choice(
            code=plan.code,
            name=plan.name(language),
            hint=" ".join((_price(plan, language), _seats(plan))),
        )
        for plan in plans
    ]


def institution_refusal(refusal: DomainError, *, code: str, language: str) -> str:
    """Why no workspace can be asked for, and whom to turn to."""
    if isinstance(refusal, InstitutionListed):
        code = str(refusal)
    body = organisation_find(code=code)
    name = f"\u2068{body.name(language)}\u2069" if body else ""
    if isinstance(refusal, InstitutionServed) and body:
        return _(
            "%(name)s has a workspace already. Its administrators can add you: they sign in at "
            "%(address)s."
        ) % {"name": name, "address": workspace_address(body.agency_code)}
    if isinstance(refusal, InstitutionListed) and body:
        return _("%(name)s is in the list already: choose it there.") % {"name": name}
    row = request_in_hand(code=code)
    if isinstance(refusal, InstitutionAsked) and row:
        return _(
            "A request for %(name)s came in on %(day)s from an address at %(domain)s, and national "
            "oversight has it in hand. Speak to your colleague there: the link in their e-mail "
            "shows how it stands."
        ) % {
            "name": name,
            "day": day_text(row.created_at, language=language),
            "domain": row.email.rpartition("@")[2],
        }
    if body and not body.accepts:
        return body.refusal.text(language)
    return refusal_message(refusal)


def summary_rows(
    answers: Answers, *, language: str, plans: Iterable[Choice], change: Mapping[Step, str]
) -> list[SummaryRow]:
    """The answers, each with the address where it can be changed where there is one."""
    plan = next((one.name for one in plans if one.code == answers.plan_code), answers.plan_code)
    rows: list[tuple[Step, str, str]] = [
        *_institution_rows(answers, language),
        (Step.EMAIL, _("Official e-mail address"), answers.email),
        (Step.PERSON, _("Responsible person"), answers.person_name),
        (Step.PERSON, _("Function"), answers.person_function),
        (Step.PERSON, _("Telephone"), answers.phone or _("Not given")),
        (Step.NEEDS, _("Requests expected in a month"), _volume(answers.volume)),
        (Step.NEEDS, _("Plan"), plan or _("Not chosen yet")),
        (Step.NEEDS, _("People who will answer"), str(answers.seats)),
        (Step.NEEDS, _("What else we should know"), answers.message or _("Nothing")),
    ]
    return [
        SummaryRow(
            label=label,
            value=value,
            change_url=change.get(step, ""),
            is_free_text=bool(value) and value == answers.message,
        )
        for step, label, value in rows
    ]


def request_entries(sheet: RequestDetail) -> list[TimelineEntry]:
    """What has happened to a request, as its institution reads it; nobody of oversight is named."""
    entries = [TimelineEntry(title=_("You sent the request"), when=sheet.created_at)]
    entries += [
        TimelineEntry(
            title=_("National oversight asked a question")
            if note.side is Side.OVERSIGHT
            else _("You answered"),
            when=note.at,
            text=note.text,
        )
        for note in sheet.notes
    ]
    if sheet.decided_at:
        title = {
            RequestState.APPROVED: _("National oversight approved the request"),
            RequestState.REFUSED: _("National oversight refused the request"),
        }.get(sheet.state, _("You withdrew the request"))
        entries.append(TimelineEntry(title=title, when=sheet.decided_at, text=sheet.reason))
    else:
        title = _("National oversight decides, as a rule within ten working days")
        entries.append(TimelineEntry(title=title, progress=Progress.NEXT))
    return entries


def request_history(entries: Iterable[AuditEntry]) -> list[TimelineEntry]:
    """What was done to a request, as oversight reads it."""
    return [
        TimelineEntry(
            title=str(ACTIONS.get(entry.action, entry.action)),
            when=entry.at,
            by="" if entry.actor_label == "institution" else entry.actor_label,
        )
        for entry in entries
    ]


def _institution_rows(answers: Answers, language: str) -> list[tuple[Step, str, str]]:
    if answers.organisation_code:
        body = organisation_find(code=answers.organisation_code)
        return [
            (
                Step.INSTITUTION,
                _("Institution"),
                (body.name(language) if body else answers.organisation_code),
            )
        ]
    parent = organisation_find(code=answers.proposed_parent)
    kinds = dict(OrganisationKind.choices)
    return [
        (Step.INSTITUTION, _("Institution, in Arabic"), answers.proposed_ar),
        (Step.INSTITUTION, _("Institution, in French"), answers.proposed_fr),
        (Step.INSTITUTION, _("Kind"), str(kinds.get(answers.proposed_kind, ""))),
        (
            Step.INSTITUTION,
            _("Supervising body"),
            parent.name(language) if parent else _("Not given"),
        ),
    ]


def _volume(value: str) -> str:
    return str(Volume(value).label) if value else ""


def _price(plan: PlanSummary, language: str) -> str:
    if plan.kind == PlanKind.SEATS:
        amount = money_text(plan.unit_amount, plan.currency, language=language)
        price = _("%(amount)s for each person and month.") % {"amount": amount}
        tax = plan.taxes.text(language)
        return f"{price} {tax[:1].upper()}{tax[1:]}." if tax else price
    if plan.kind == PlanKind.FREE:
        return _("Free of charge.")
    return _("By agreement, paid against an invoice.")


def _seats(plan: PlanSummary) -> str:
    if plan.seats is None:
        return _("As many people as you need.")
    return ngettext("For %(count)d person.", "For up to %(count)d people.", plan.seats) % {
        "count": plan.seats
    }
