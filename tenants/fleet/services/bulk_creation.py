"""Creation of many workspaces from a CSV file that lists bodies of the directory.

The file is in UTF-8, with or without a byte order mark, with commas or semicolons. Only the column
``organisation``, a code of the directory, is required.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from typing import cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from shared.directory.models import Organisation
from shared.directory.selectors.organisations import organisations_below
from shared.jobs.services.job_runner import JobHandle, job_request
from shared.jobs.types import JobSummary
from shared.kernel.actors import Actor
from shared.kernel.errors import DomainError
from shared.kernel.failpoint import failpoint
from shared.kernel.text import clean_text
from tenants.agencies.selectors import RESERVED_CODES
from tenants.fleet.enums import BulkStep
from tenants.fleet.errors import (
    AgencyCodeReserved,
    AgencyCodeShape,
    AgencyCodeTaken,
    BulkColumnsMissing,
    BulkEmail,
    BulkFileEmpty,
    BulkFileTooLarge,
    BulkFileUnreadable,
    BulkLanguage,
    BulkName,
    BulkTwice,
)
from tenants.fleet.services.provisioning import (
    actor_of,
    agency_record,
    agency_remove,
    agency_resume,
)
from tenants.fleet.types import BulkFault, BulkList, BulkRow, WorkspaceOrder
from tenants.models import Agency
from tenants.models.enums import ProvisioningStep

# The country has some 1,500 communes, so a file may have 2,000 lines.
MAX_BYTES = 400_000
MAX_ROWS = 2_000
MAX_CODE_LENGTH, MAX_NAME_LENGTH, MAX_EMAIL_LENGTH = 50, 120, 254
COLUMNS = (
    "organisation", "name_ar", "name_fr", "code", "admin_email", "admin_name", "admin_language",
)  # fmt: skip
LANGUAGES = ("ar", "fr", "en")
CODE_SHAPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")

Cells = Mapping[str, str]
# A fault of a line: the name of the column and the code of the refusal.
Fault = tuple[str, str]


def template_rows(*, region: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells of a CSV line for each of a region's communes without a workspace.

    The columns for administrators are empty, except the language.
    """
    for body in organisations_below(kind="commune", top=region, language="fr").filter(
        agency_code="", accepts=True
    ):
        yield body.code, body.name_ar, body.name_fr, body.code, "", "", "ar"


def bulk_read(*, content: bytes) -> BulkList:
    """Read a CSV file and check every line against the directory.

    Raises ``BulkFileTooLarge``, ``BulkFileUnreadable``, ``BulkColumnsMissing``, ``BulkFileEmpty``.
    """
    lines = _lines(content)
    rows_of_bodies = Organisation.objects.filter(
        code__in={cells["organisation"] for _line, cells in lines}, is_active=True
    )
    bodies = {row.code: row for row in rows_of_bodies.order_by("code")}
    taken = set(
        Agency.objects.filter(code__in={_code(cells) for _line, cells in lines}).values_list(
            "code", flat=True
        )
    )
    seen: set[Fault] = set()
    rows, faults = [], []
    for line, cells in lines:
        wrong = [
            *_wrong_body(cells, bodies.get(cells["organisation"]), seen),
            *_wrong_code(_code(cells), taken, seen),
            *_wrong_admin(cells),
        ]
        faults += [
            BulkFault(line=line, column=column, value=cells.get(column, ""), code=code)
            for column, code in wrong
        ]
        if not wrong:
            rows.append(BulkRow(line=line, order=_order(cells, bodies[cells["organisation"]])))
    return BulkList(rows=tuple(rows), faults=tuple(faults))


def bulk_ask(*, rows: Sequence[BulkRow], actor: Actor) -> JobSummary:
    """Request the job that creates these workspaces. Raises ``BulkFileEmpty``."""
    if not rows:
        raise BulkFileEmpty
    return job_request(
        kind="bulk",
        subject=f"{rows[0].order.info.code} … {rows[-1].order.info.code}",
        # The job has no step CHECK, because so short a step would make the estimated time wrong.
        steps=[BulkStep.MAKE.value],
        arguments={"rows": [asdict(row) for row in rows]},
        actor=actor,
    )


def job_bulk(handle: JobHandle) -> None:
    """Create the workspaces of a job's lines that no earlier process has handled.

    A refused line is recorded in the job's result, and the job continues with the next line.
    """
    rows = [
        BulkRow.from_arguments(one)
        for one in cast(list[dict[str, object]], handle.arguments["rows"])
    ]
    handle.keep(total=len(rows))
    handle.step(BulkStep.MAKE.value, total=len(rows))
    for number in range(_number(handle, "next"), len(rows)):
        handle.progress(number)
        _make(handle, number, rows[number])


def job_bulk_undo(handle: JobHandle) -> None:
    """Remove the workspace that a killed process left incomplete; complete workspaces stay."""
    with transaction.atomic():
        handle.require()
        half = _in_hand(handle)
        if half is not None and half.step != ProvisioningStep.READY:
            agency_remove(agency=half, actor=actor_of(handle))


def _make(handle: JobHandle, number: int, row: BulkRow) -> None:
    actor = actor_of(handle)
    agency = _in_hand(handle)
    try:
        agency = agency or _recorded(handle, number, row, actor)
        agency_resume(agency=agency, actor=actor, order=row.order, require=handle.require)
    except DomainError as refusal:
        with transaction.atomic():
            handle.require()
            if agency is not None:
                agency_remove(agency=agency, actor=actor)
            refused = [
                *cast(list[object], handle.result.get("refused", [])),
                {"line": row.line, "code": row.order.info.code, "fault": refusal.code},
            ]
            handle.keep(next=number + 1, agency_id=None, refused=refused)
    else:
        failpoint(f"row:{number}")
        handle.keep(next=number + 1, agency_id=None, made=_number(handle, "made") + 1)


def _recorded(handle: JobHandle, number: int, row: BulkRow, actor: Actor) -> Agency:
    with transaction.atomic():
        handle.require()
        agency = agency_record(info=row.order.info, actor=actor)
        # The same transaction stores the agency and its id in the job. Without the id a process
        # that continues the job after a crash could not find the agency.
        handle.keep(next=number, agency_id=agency.pk)
    return agency


def _in_hand(handle: JobHandle) -> Agency | None:
    number = handle.result.get("agency_id")
    return Agency.objects.filter(pk=number).first() if number else None


def _number(handle: JobHandle, name: str) -> int:
    return int(str(handle.result.get(name, 0)))


def _lines(content: bytes) -> list[tuple[int, Cells]]:
    """Return each row that is not blank, with the number of its line in the file."""
    try:
        found = list(_cells(_text(content)))
    except csv.Error:
        raise BulkFileUnreadable from None
    if len(found) > MAX_ROWS:
        raise BulkFileTooLarge
    if not found:
        raise BulkFileEmpty
    return found


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise BulkFileTooLarge
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BulkFileUnreadable from None
    if "\0" in text:
        raise BulkFileUnreadable
    return text


def _cells(text: str) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    names = [name.strip().lower() for name in next(reader, [])]
    if "organisation" not in names:
        raise BulkColumnsMissing
    begins = reader.line_num + 1
    for values in reader:
        # ``strict=False`` allows a line with fewer or more cells than the first line.
        cells = {
            name: " ".join(clean_text(value).split())
            for name, value in zip(names, values, strict=False)
        }
        if any(cells.values()):
            yield begins, {"organisation": "", **cells}
        begins = reader.line_num + 1


def _wrong_body(cells: Cells, body: Organisation | None, seen: set[Fault]) -> Iterator[Fault]:
    here = ("organisation", cells["organisation"])
    if body is None:
        yield "organisation", "organisation_not_found"
    elif not body.accepts:
        yield "organisation", "organisation_not_served"
    elif body.agency_code:
        yield "organisation", "organisation_taken"
    elif here in seen:
        yield "organisation", BulkTwice.code
    seen.add(here)


def _wrong_code(code: str, taken: set[str], seen: set[Fault]) -> Iterator[Fault]:
    if not CODE_SHAPE.fullmatch(code) or len(code) > MAX_CODE_LENGTH:
        yield "code", AgencyCodeShape.code
    elif code in RESERVED_CODES:
        yield "code", AgencyCodeReserved.code
    elif code in taken:
        yield "code", AgencyCodeTaken.code
    elif ("code", code) in seen:
        yield "code", BulkTwice.code
    seen.add(("code", code))


def _wrong_admin(cells: Cells) -> Iterator[Fault]:
    email, language = cells.get("admin_email", ""), cells.get("admin_language", "").lower()
    try:
        if email:
            validate_email(email)
        is_email = len(email) <= MAX_EMAIL_LENGTH
    except ValidationError:
        is_email = False
    if not is_email:
        yield "admin_email", BulkEmail.code
    if len(cells.get("admin_name", "")) > MAX_NAME_LENGTH:
        yield "admin_name", BulkName.code
    if language not in ("", *LANGUAGES):
        yield "admin_language", BulkLanguage.code


def _code(cells: Cells) -> str:
    return cells.get("code", "") or cells["organisation"]


def _order(cells: Cells, body: Organisation) -> WorkspaceOrder:
    return WorkspaceOrder.for_body(
        code=_code(cells),
        names=body.names,
        organisation=body.code,
        email=cells.get("admin_email", ""),
        admin_name=cells.get("admin_name", ""),
        language=cells.get("admin_language", "").lower() or "ar",
    )
