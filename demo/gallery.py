"""Sample data for the gallery of components."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.messages import SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from shared.complaints.enums import Status
from shared.jobs.enums import JobState
from shared.jobs.presenters import job_detail
from shared.jobs.types import JobDetail, JobSummary
from shared.kernel import clock
from shared.kernel.clock_ledger import Wait, working_clock
from shared.ui.deadline_texts import ledger_months
from shared.ui.types import LedgerMonth, NavItem, Progress, SummaryRow, Table, TimelineEntry, Tone

REFERENCE = "4815162342108097"
ARABIC_NAME = "وزارة التجهيز والماء"
MIXED_NAME = "رخصة بناء Dossier n° 12/B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """The samples of the gallery; an attribute is for the component of the same name."""

    entries: list[TimelineEntry]
    rows: list[SummaryRow]
    table: Table
    page: Page[int]
    items: list[NavItem]
    late_on: date
    soon_on: date
    far_on: date
    months: list[LedgerMonth]
    moments: list[datetime]
    statuses: list[Status]
    tones: list[Tone]
    reasons: list[str]
    messages: list[Message]
    icons: list[str]
    jobs: list[JobDetail]
    reference: str = REFERENCE
    arabic_name: str = ARABIC_NAME
    mixed_name: str = MIXED_NAME


def gallery() -> Gallery:
    """Return the samples in the active language, with days relative to today."""
    today = clock.today()
    return Gallery(
        entries=_entries(),
        rows=_rows(),
        table=_table(),
        page=Paginator(range(1, 401), 20).page(7),
        items=_items(),
        late_on=today - timedelta(days=2),
        soon_on=today + timedelta(days=3),
        far_on=today + timedelta(days=41),
        months=_months(today),
        moments=[clock.now() - timedelta(minutes=4), clock.now() - timedelta(days=9)],
        statuses=list(Status),
        tones=list(Tone),
        reasons=["first_use", "no_result", "error", "no_permission"],
        messages=[Message(SUCCESS, _("Saved.")), Message(WARNING, _("Two lines were skipped."))],
        icons=["search", "warning", "lock", "inbox", "proposal", "building", "clock"],
        jobs=_jobs(),
    )


def _jobs() -> list[JobDetail]:
    running = JobSummary(
        id=UUID(int=1),
        kind="export",
        schema_name="public",
        subject="souss",
        state=JobState.RUNNING,
        steps=("data", "files", "seal", "verify"),
        step="files",
        done=12,
        total=40,
        fault="",
        fault_text="",
        result={},
        asked_by=ARABIC_NAME,
        is_cancel_asked=False,
        attempts=1,
        created_at=clock.now() - timedelta(minutes=5),
        started_at=clock.now() - timedelta(minutes=4),
        finished_at=None,
    )
    queued = replace(running, id=UUID(int=2), state=JobState.QUEUED, step="", done=0, total=0)
    over = replace(running, finished_at=clock.now())
    failed = replace(over, id=UUID(int=3), state=JobState.FAILED, fault="job_failed")
    done = replace(over, id=UUID(int=4), state=JobState.DONE)
    dropped = replace(over, id=UUID(int=5), state=JobState.CANCELLED)
    return [
        job_detail(one, cancel_url="#jobs", retry_url="#jobs")
        for one in (queued, running, failed, done, dropped)
    ]


def _months(today: date) -> list[LedgerMonth]:
    filed_on = today - timedelta(days=8)
    wait = Wait(since=today - timedelta(days=5), until=today - timedelta(days=2))
    read = working_clock(filed_on=filed_on, on=today, term=20, holidays=[], waits=[wait])
    return ledger_months(read.days, is_citizen=True)


def _entries() -> list[TimelineEntry]:
    now = clock.now()
    return [
        TimelineEntry(title=_("Request received"), when=now - timedelta(days=9)),
        TimelineEntry(
            title=_("The administration asked a question"),
            when=now - timedelta(days=2),
            by=ARABIC_NAME,
            text="ما هو رقم الملف؟",
            progress=Progress.HERE,
        ),
        TimelineEntry(
            title=_("Answer with its reasons"),
            when=clock.today() + timedelta(days=51),
            progress=Progress.NEXT,
        ),
    ]


def _rows() -> list[SummaryRow]:
    return [
        SummaryRow(label=_("Organisation"), value=ARABIC_NAME, change_url="#summary-list"),
        SummaryRow(label=_("Subject"), value=MIXED_NAME, change_url="#summary-list"),
        SummaryRow(
            label=_("What happened?"),
            value="Le guichet était fermé.\nPersonne n'a répondu au téléphone.",
            is_free_text=True,
        ),
    ]


def _table() -> Table:
    return Table(
        caption=_("Requests by organisation"),
        headings=[_("Organisation"), _("Requests"), _("Answered in time")],
        rows=[[ARABIC_NAME, "412", "81 %"], ["Commune de Tanger", "198", "64 %"]],
    )


def _items() -> list[NavItem]:
    return [
        NavItem(label=_("My cases"), url="#nav-list", count=12, is_current=True, keys="KeyG KeyM"),
        NavItem(label=_("Late"), url="#nav-list", count=4, is_alert=True),
        NavItem(label=_("Reports"), url="#nav-list"),
    ]
