"""Disk space of one agency and of one case, in the agency's schema and in the public schema.

For docs/capacity.md: first agencies without cases, then cases with all steps (filing, assignment,
question, answer, reply, rating), with sent e-mails and counted figures. The bytes are the growth of
tables with their indexes and TOAST tables. Baseline: the number of characters that people wrote.
``--agencies N --cases N`` change the numbers.
"""

import argparse
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from bench.filling import ask
from bench.installation import installation
from bench.measuring import report, require

if TYPE_CHECKING:
    from tenants.models import Agency

AGENCIES, CASES, WARM = 20, 1_000, 5
BODY = "The street lamp before number twelve has been out since the month of March. " * 6
SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint, count(*) FROM pg_class c"
    " JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'm') AND n.nspname ~ %s AND c.relname ~ %s"
)
# The tables that a case has rows in, by schema, for each part of the product.
PARTS = {
    "case_kb": ("^a_", "."),
    "case_events_kb": ("^a_", "complaints_complaintevent"),
    "case_public_kb": ("^public$", "."),
    "case_routes_kb": ("^public$", "^tenants_"),
    "case_register_kb": ("^public$", "^register_"),
}
FILES = "SELECT count(*) FROM pg_class WHERE pg_relation_filenode(oid) IS NOT NULL"


def main() -> None:
    """Make agencies and whole cases, and measure how much the tables have grown."""
    arguments = _arguments()
    os.environ["EMAIL_URL"] = "console:"
    with installation(agencies=2) as codes:
        files, catalog = _number(FILES), _size("^pg_catalog$")
        empty = _size("^a_")
        _more_agencies(arguments.agencies)
        per_agency = (_size("^a_") - empty) / arguments.agencies
        files_per_agency = (_number(FILES) - files) / arguments.agencies
        catalog_per_agency = (_size("^pg_catalog$") - catalog) / arguments.agencies
        report(
            "capacity",
            {
                "agency_kb": _kb(per_agency),
                "agency_catalog_kb": _kb(catalog_per_agency),
                "agency_files": round(files_per_agency),
                **_cases(codes[0], arguments.cases),
            },
        )


def _cases(code: str, cases: int) -> dict[str, object]:
    from shared.register.services import register_project  # noqa: PLC0415 - after configure()
    from tenants.models import Agency  # noqa: PLC0415

    agency = Agency.objects.get(code=code)
    lived = _Life(agency)
    # The first cases add rows that all later cases share, so they are not measured.
    for _case in range(WARM):
        lived.through()
    while register_project(limit=1000):
        pass
    _at_rest()
    before = {name: _size(*where) for name, where in PARTS.items()}
    for _case in range(cases):
        lived.through()
    events = _number("SELECT count(*) FROM register_registeroutbox")
    began = time.perf_counter()
    while register_project(limit=1000):
        pass
    counting = time.perf_counter() - began
    require(_number("SELECT count(*) FROM register_registeroutbox") == 0, "events are left over")
    _at_rest()
    parts = {name: (_size(*where) - before[name]) / cases for name, where in PARTS.items()}
    whole = parts["case_kb"] + parts["case_public_kb"]
    return {
        **{name: _kb(size) for name, size in parts.items()},
        "ratio": round(whole / lived.characters, 2),
        "events_per_case": round(events / cases, 1),
        "register_events_per_second": round(events / counting),
        "cases": cases,
    }


class _Life:
    """A maker of an agency's cases, each with all steps from filing to rating."""

    def __init__(self, agency: "Agency") -> None:
        from tests.support.factories import staff  # noqa: PLC0415

        self._agency, self._officer = agency, staff(agency, email="officer@capacity.example")
        self._number = 0
        # The number of characters in the request, the question, the answer and the reply.
        self.characters = len(BODY) * 4

    def through(self) -> None:
        """Make a case with all steps from filing to rating."""
        from shared.complaints import services  # noqa: PLC0415
        from shared.complaints.types import RatingDraft  # noqa: PLC0415
        from shared.kernel.actors import CITIZEN  # noqa: PLC0415
        from tenants.case_access import gateway  # noqa: PLC0415
        from tenants.case_access.enums import KeyKind  # noqa: PLC0415
        from tenants.isolation.schema_switch import agency_context  # noqa: PLC0415
        from tests.support.factories import REPLY, draft, officer_actor  # noqa: PLC0415

        self._number += 1
        receipt = gateway.complaint_file(
            draft=draft(self._agency, body=f"{self._number} {BODY}"),
            actor=CITIZEN,
            idempotency_key=f"capacity {self._number}",
            is_email_proved=True,
        )
        reference, officer = receipt.reference, self._officer
        actor = officer_actor(officer)
        with agency_context(self._agency):
            services.complaint_assign(reference=reference, officer=officer, actor=actor)
            services.question_ask(reference=reference, body=BODY, officer=officer, actor=actor)
        token = gateway.tracking_open(
            reference=reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
        ).token
        gateway.message_add(token=token, body=BODY)
        with agency_context(self._agency):
            services.complaint_reply(
                reference=reference,
                draft=replace(REPLY, facts=BODY),
                officer=officer,
                actor=actor,
            )
        gateway.rating_give(token=token, draft=RatingDraft(resolved=True, handling=4, comment=""))


def _at_rest() -> None:
    """Run the queue, delete its results and vacuum, so that table sizes can be compared."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415

    from tests.shared.jobs.workers import run_queue  # noqa: PLC0415

    run_queue()
    DBTaskResult.objects.all().delete()
    ask("VACUUM (FULL, ANALYZE)")


def _more_agencies(count: int) -> None:
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agency_create  # noqa: PLC0415

    for number in range(count):
        code = f"capacity-{number}"
        agency_create(
            info=AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code), actor=SYSTEM
        )


def _size(schemas: str, tables: str = ".") -> int:
    return int(str(ask(SIZE, schemas, tables)[0][0]))


def _number(sql: str) -> int:
    return int(str(ask(sql)[0][0]))


def _kb(size: float) -> float:
    return round(size / 1024, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=AGENCIES, help="Agencies without cases.")
    parser.add_argument("--cases", type=int, default=CASES, help="Cases with a whole life.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
