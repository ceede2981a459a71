"""Tables as files that a spreadsheet opens without harm."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse

Cell = str | int | float | None
# Excel takes UTF-8 for the local code page unless the file begins with this mark.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A cell that begins so is run as a formula by Excel, LibreOffice and Google Sheets (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_response(
    *, filename: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """A CSV file to download: UTF-8 with its mark, decimal points, no cell that is a formula."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return HttpResponse(
        BYTE_ORDER_MARK + file.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
