"""Services that write, return and delete the file of an exported list of cases."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language_info, gettext as _, override

from agency_console.access.selectors import name_of
from agency_console.bulk_actions.enums import (
    BulkActionKind,
    BulkState,
    ExportFormat,
    SkipReason,
)
from agency_console.bulk_actions.errors import ExportExpired
from agency_console.bulk_actions.models import BulkAction
from agency_console.bulk_actions.selectors import FILE_LIFE, is_expired
from shared.accounts.models import User
from shared.catalogue.selectors import category_names_shown
from shared.complaints.enums import Kind, Status
from shared.complaints.selectors import cases_numbered, label_list
from shared.files.places import EXPORTS, entered_schema
from shared.files.upload_storage import file_read, file_stored, files_forget
from shared.jobs.enums import TaskPlace
from shared.jobs.services.schema_tasks import schema_task
from shared.kernel import clock
from shared.kernel.references import reference_group
from shared.ui.links import page_language
from shared.ui.spreadsheets import Cell, csv_file, xlsx_file
from shared.units.selectors import unit_scope, units

if TYPE_CHECKING:
    from shared.complaints.models import Complaint

ROWS_READ_AT_ONCE = 500


def list_file_write(action: BulkAction, *, officer: User) -> None:
    """Write the file of an action and end the action, whose row the caller has locked.

    Cases that the officer may not open any more are left out. Raises ``StorageFull``.
    """
    skipped: list[list[str]] = []
    language = action.arguments["language"]
    with override(language):
        rows = list(_rows(action.case_ids, officer=officer, skipped=skipped))
        content = _file(rows, file_format=action.arguments["format"], language=language)
    ended_at = clock.now()
    with file_stored(content, folder=EXPORTS) as path:
        BulkAction.objects.filter(pk=action.pk).update(
            position=len(action.case_ids),
            done=len(rows),
            skipped=skipped,
            state=BulkState.DONE,
            path=path,
            changed_at=ended_at,
            ended_at=ended_at,
        )
        bulk_export_delete.using(run_after=ended_at + FILE_LIFE).enqueue(action_id=str(action.pk))


def list_file_read(action: BulkAction) -> bytes:
    """Return the file of an action. Raises ``ExportExpired``."""
    if not action.path or is_expired(action):
        raise ExportExpired(str(action.pk))
    try:
        return file_read(action.path, folder=EXPORTS)
    except FileNotFoundError:
        raise ExportExpired(str(action.pk)) from None


@schema_task(place=TaskPlace.AGENCY, attempts=6)
def bulk_export_delete(action_id: str) -> bool:
    """Delete the file of an action one day after its end; return whether the action had a file."""
    return export_delete(action_id=UUID(action_id))


@transaction.atomic
def export_delete(*, action_id: UUID) -> bool:
    """Delete the file of an action; return whether the action had a file.

    The file is deleted only from the folder of exported lists, so that a wrong path in the row can
    never delete a file of a case.
    """
    action = BulkAction.objects.select_for_update(no_key=True).filter(pk=action_id).first()
    if action is None or not action.path:
        return False
    path, owner = action.path, entered_schema()
    BulkAction.objects.filter(pk=action_id).update(path="")
    # The file is deleted after the commit, or a rollback would leave a row that names a deleted
    # file.
    transaction.on_commit(lambda: files_forget([path], owner=owner, folder=EXPORTS))
    return True


def exports_delete_expired() -> None:
    """Delete the exported files that are older than a day, in case their tasks were lost."""
    rows = BulkAction.objects.filter(
        kind=BulkActionKind.EXPORT, ended_at__lt=clock.now() - FILE_LIFE
    )
    for number in rows.exclude(path="").values_list("pk", flat=True):
        export_delete(action_id=number)


def _file(rows: Sequence[Sequence[Cell]], *, file_format: str, language: str) -> bytes:
    headings = [
        _("Reference"),
        _("Kind"),
        _("Subject"),
        _("Status"),
        _("Received on"),
        _("Legal deadline"),
        _("Promised until"),
        _("Answered on"),
        _("Unit"),
        _("Officer"),
        _("Category"),
        _("Labels"),
    ]
    if file_format == ExportFormat.CSV:
        # Sixteen digits are written in groups, because a spreadsheet changes the last digit of a
        # number.
        grouped = ((reference_group(str(first)), *rest) for first, *rest in rows)
        return csv_file(headings=headings, rows=grouped)
    is_rtl = bool(get_language_info(language)["bidi"])
    return xlsx_file(title=_("Cases"), headings=headings, rows=rows, is_rtl=is_rtl)


def _rows(
    case_ids: Sequence[int], *, officer: User, skipped: list[list[str]]
) -> Iterator[Sequence[Cell]]:
    """Yield the lines of the file in list order; one query for ``ROWS_READ_AT_ONCE`` cases."""
    scope = unit_scope(user=officer)
    names = _Names()
    for start in range(0, len(case_ids), ROWS_READ_AT_ONCE):
        for case in cases_numbered(case_ids[start : start + ROWS_READ_AT_ONCE]):
            if scope.holds(case.unit_id) or case.assignee_id == officer.pk:
                yield names.line(case)
            else:
                skipped.append([case.reference, SkipReason.NOT_HERE])


class _Names:
    """Cache of the names of units, labels and categories in the active language."""

    def __init__(self) -> None:
        self.units = {one.id: one.names.text(page_language()) for one in units()}
        self.labels = {one.id: one.name for one in label_list()}
        self.categories = category_names_shown()
        self.part = _("part, words of an officer")

    def line(self, case: "Complaint") -> Sequence[Cell]:
        answered = case.answered_at
        return (
            case.reference,
            str(Kind(case.kind).label),
            f"{case.subject} ({self.part})" if case.is_part else case.subject,
            str(Status(case.status).label),
            clock.civil_day(case.received_at),
            case.due_on,
            case.working_due_on,
            clock.civil_day(answered) if answered else None,
            self.units.get(case.unit_id or 0, ""),
            case.assignee.name if case.assignee else "",
            name_of(case.category_code, self.categories),
            ", ".join(self.labels.get(one, str(one)) for one in case.label_ids),
        )
