"""Queries on workspace requests, and their status and history as text."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from public_portal.workspace_requests.enums import RequestState, Side, Step, Volume
from public_portal.workspace_requests.errors import RequestNotFound
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.selectors.institutions import IN_HAND
from public_portal.workspace_requests.types import Answers, KeptRequest, Note, RequestDetail
from shared.audit.models import AuditEntry
from shared.directory.enums import OrganisationKind
from shared.directory.selectors.organisations import organisation_find, organisation_names
from shared.forms.fields import Choice
from shared.jobs.errors import JobNotFound
from shared.jobs.selectors import job_summary
from shared.jobs.types import JobSummary
from shared.kernel.text import Wording
from shared.rows.selectors import first_or_refuse
from shared.ui.amounts import money_text
from shared.ui.types import Progress, SummaryRow, TimelineEntry, Tone
from tenants.billing.enums import PlanKind
from tenants.billing.types import PlanSummary
from tenants.case_access.services.tokens import token_digest

ANSWER_NAMES = tuple(field.name for field in fields(Answers))
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


def request_token(request_id: UUID) -> str:
    """Return the secret of a request's page; the secret is never stored."""
    return salted_hmac("public.signup.request", request_id.hex, algorithm="sha256").hexdigest()


def kept_find(*, request_id: str) -> KeptRequest:
    """Return the stored answers of a request; for an unknown id, return blank answers."""
    try:
        number = UUID(request_id)
    except ValueError:
        return KeptRequest()
    row = WorkspaceRequest.objects.filter(pk=number).first()
    if row is None:
        return KeptRequest()
    return KeptRequest(
        id=row.pk,
        answers=_answers(row),
        is_proved=row.email_proved_at is not None,
        is_sent=row.state != RequestState.UNPROVED,
    )


def request_by_token(*, token: str) -> RequestDetail:
    """Return the sent request that has this secret. Raises ``RequestNotFound``."""
    return _detail_of(WorkspaceRequest.objects.filter(token_digest=token_digest(token)))


def request_by_id(*, request_id: UUID) -> RequestDetail:
    """Return a sent request. Raises ``RequestNotFound``."""
    return _detail_of(WorkspaceRequest.objects.filter(pk=request_id))


def requests_undecided() -> QuerySet[WorkspaceRequest]:
    """Return the requests under review, oldest first."""
    return WorkspaceRequest.objects.filter(state__in=IN_HAND).order_by("created_at", "pk")


def requests_decided() -> QuerySet[WorkspaceRequest]:
    """Return the decided and withdrawn requests, latest decision first."""
    ended = (RequestState.APPROVED, RequestState.REFUSED, RequestState.WITHDRAWN)
    return WorkspaceRequest.objects.filter(state__in=ended).order_by("-decided_at", "pk")


def request_details_of(rows: Iterable[WorkspaceRequest]) -> list[RequestDetail]:
    """Return the details of requests, but no notes; one query for the names of all bodies."""
    found = list(rows)
    names = organisation_names(codes=[row.organisation_code for row in found])
    return [_detail(row, notes=(), names=names) for row in found]


def work_of(request_detail: RequestDetail) -> JobSummary | None:
    """Return the job that creates the workspace, or ``None``."""
    if request_detail.job_id is None:
        return None
    try:
        return job_summary(job_id=request_detail.job_id)
    except JobNotFound:
        return None


def _detail_of(rows: QuerySet[WorkspaceRequest]) -> RequestDetail:
    row = first_or_refuse(rows.exclude(state=RequestState.UNPROVED), RequestNotFound())
    notes = tuple(
        Note(side=Side(note.side), text=note.text, by=note.by, at=note.at)
        for note in row.notes.order_by("at", "pk")
    )
    return _detail(row, notes=notes, names=organisation_names(codes=[row.organisation_code]))


def _detail(
    row: WorkspaceRequest, *, notes: tuple[Note, ...], names: dict[str, Wording]
) -> RequestDetail:
    proposed = Wording(ar=row.proposed_ar, fr=row.proposed_fr, en=row.proposed_fr)
    return RequestDetail(
        id=row.pk,
        state=RequestState(row.state),
        language=row.language,
        answers=_answers(row),
        institution=names.get(row.organisation_code, proposed),
        is_domain_known=row.is_domain_known,
        created_at=row.created_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        agency_code=row.agency_code,
        job_id=row.job_id,
        notes=notes,
    )


def _answers(row: WorkspaceRequest) -> Answers:
    return Answers(**{name: getattr(row, name) for name in ANSWER_NAMES})


def plan_offers(plans: Iterable[PlanSummary], *, language: str) -> list[Choice]:
    """Return the plans as choices, with price and count of seats."""
    return [
        Choice(
            code=plan.code,
            name=plan.name(language),
            hint=" ".join((_price(plan, language), _seats(plan))),
        )
        for plan in plans
    ]


def workspace_summary_rows(
    answers: Answers, *, language: str, plans: Iterable[Choice], change: Mapping[Step, str]
) -> list[SummaryRow]:
    """Return the answers as rows; ``change`` is step -> address of the page to change an answer."""
    plan = next((one.name for one in plans if one.code == answers.plan_code), answers.plan_code)
    volume = str(Volume(answers.volume).label) if answers.volume else ""
    rows: list[tuple[Step, str, str]] = [
        *_institution_rows(answers, language),
        (Step.EMAIL, _("Official e-mail address"), answers.email),
        (Step.PERSON, _("Responsible person"), answers.person_name),
        (Step.PERSON, _("Function"), answers.person_function),
        (Step.PERSON, _("Telephone"), answers.phone or _("Not given")),
        (Step.NEEDS, _("Requests expected in a month"), volume),
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


def request_entries(request_detail: RequestDetail) -> list[TimelineEntry]:
    """Return a request's history for the institution, without names of oversight's people."""
    entries = [TimelineEntry(title=_("You sent the request"), when=request_detail.created_at)]
    entries += [
        TimelineEntry(
            title=_("National oversight asked a question")
            if note.side is Side.OVERSIGHT
            else _("You answered"),
            when=note.at,
            text=note.text,
        )
        for note in request_detail.notes
    ]
    if request_detail.decided_at:
        title = {
            RequestState.APPROVED: _("National oversight approved the request"),
            RequestState.REFUSED: _("National oversight refused the request"),
        }.get(request_detail.state, _("You withdrew the request"))
        entries.append(
            TimelineEntry(title=title, when=request_detail.decided_at, text=request_detail.reason)
        )
    else:
        title = _("National oversight decides, as a rule within ten working days")
        entries.append(TimelineEntry(title=title, progress=Progress.NEXT))
    return entries


def request_history(entries: Iterable[AuditEntry]) -> list[TimelineEntry]:
    """Return a request's audit entries as a history for oversight."""
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
