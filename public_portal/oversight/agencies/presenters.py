"""Rows of the CSV file of all agencies."""

from collections.abc import Iterable

from public_portal.oversight.agencies.types import FleetRow
from shared.ui.spreadsheets import Cell

CSV_HEADINGS = (
    "code", "name_ar", "name_fr", "name_en", "state", "standing", "is_current", "staff", "seats",
    "file_bytes", "open_cases", "late_cases", "mails_waiting", "mails_failing", "measured_at",
    "ailments", "files_missing", "mails_failed", "same_officer_decisions",
)  # fmt: skip


def agency_csv_rows(rows: Iterable[FleetRow]) -> Iterable[list[Cell]]:
    """Yield one row for each agency, with codes instead of translated words."""
    for row in rows:
        one = row.health
        yield [
            one.agency.code,
            one.agency.name_ar,
            one.agency.name_fr,
            one.agency.name_en,
            one.state.value,
            one.billing_state.value if one.billing_state else "",
            int(one.is_current),
            one.staff,
            row.seats,
            one.file_bytes,
            one.open_cases,
            one.late_cases,
            one.mails_waiting,
            one.mails_failing,
            one.measured_at.isoformat() if one.measured_at else "",
            " ".join(issue.value for issue in one.issues),
            one.files_missing,
            one.mails_failed,
            one.same_officer_decisions,
        ]
