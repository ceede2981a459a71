"""Tables as CSV and XLSX files without formulas."""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpResponse

Cell = str | int | float | date | None
# Without this mark at the beginning, Excel reads UTF-8 as the local code page.
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# Excel, LibreOffice and Google Sheets run a cell with such a beginning as a formula (CWE-1236).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


# Day 0 in the calendar of all present spreadsheet programs.
DAY_ZERO = date(1899, 12, 30)
MAX_TITLE = 31
_NOT_IN_A_TITLE = re.compile(r"[\\/?*\[\]:]")
# Characters that XML does not allow.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TABLE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is bold, for the headings; style 2 shows a day in the format of the reader's program.
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TABLE_TYPE}.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml"'
        f' ContentType="{_TABLE_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TABLE_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><sz val="11"/></font></fonts><fills count="1"><fill/></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/>'
        '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
    ),
}


def csv_file(*, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, decimal points and no formulas."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(headings)
    writer.writerows(
        [
            (f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell)
            for cell in row
        ]
        for row in rows
    )
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def csv_response(
    *, filename: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return a response that downloads a CSV file."""
    return HttpResponse(
        csv_file(headings=headings, rows=rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def xlsx_file(
    *, title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], is_rtl: bool
) -> bytes:
    """Return an XLSX file with one table; ``is_rtl``: the table begins at the right.

    In XLSX, a text is never a formula, whatever its first character is.
    """
    name = escape(_NOT_IN_A_TITLE.sub(" ", title)[:MAX_TITLE], {'"': "&quot;"})
    workbook = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    view = f'<sheetView rightToLeft="{int(is_rtl)}" workbookViewId="0">'
    head = (
        f'<worksheet xmlns="{_MAIN}"><sheetViews>{view}'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetData>"
    )
    first = "".join(_text_cell(text, style=1) for text in headings)
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    worksheet = f"{head}<row>{first}</row>{lines}</sheetData></worksheet>"
    parts = {**_PARTS, "xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": worksheet}
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for path, part in parts.items():
            # The archive contains no time, so equal rows give equal bytes.
            archive.writestr(ZipInfo(path), _XML + part, compress_type=ZIP_DEFLATED)
    return target.getvalue()


def _cell(value: Cell) -> str:
    match value:
        case None | "":
            return "<c/>"
        case str():
            return _text_cell(value)
        case date():
            return f'<c s="2"><v>{(value - DAY_ZERO).days}</v></c>'
    return f"<c><v>{value}</v></c>"


def _text_cell(text: str, *, style: int = 0) -> str:
    kept = escape(_NOT_IN_XML.sub("", text))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{kept}</t></is></c>'
