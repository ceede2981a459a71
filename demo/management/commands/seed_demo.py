"""The command that makes invented agencies, people and cases."""

import time
from argparse import ArgumentParser
from collections.abc import Sequence

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from demo.accounts import accounts_write
from demo.agencies import agency_ensure, agency_fill, filled_codes
from demo.competence import competence_question_make
from demo.moved_cases import moved_cases_make
from demo.notices import (
    ALL_MADE,
    FIRST_MADE,
    FORMER_DATA_STAYS,
    STILL_MADE,
    USED_MEANWHILE,
    part_timed,
)
from demo.organisations import DemoBody, demo_bodies
from demo.processes import parts_do, parts_of_equal_weight
from demo.seeding_marks import (
    Seeding,
    opened_at,
    people_have_filed,
    seeding_begin,
    seeding_complete,
    seeding_wanted,
    site_open,
)
from demo.staff import citizen_ensure, national_staff_ensure
from shared.kernel.actors import SYSTEM
from shared.register.services import register_project
from tenants.billing.services.payments import plan_assign
from tenants.billing.services.plans import plans_load
from tenants.fleet.services.schema_template import template_version

COLLECT = 2_000
# This agency pays for its seats; the other agencies have the plan of the national agreement.
PAYS_ITSELF = "health"
WHOLE, FIRST, REST = "whole", "first", "rest"


class Command(BaseCommand):
    """The command ``manage.py seed_demo --agencies 13 --complaints 600``.

    A second run completes a run that was killed. A database with other cases stays unchanged.
    ``--part first`` omits the smaller agencies; ``--part rest`` makes these agencies, also while
    the site is used.
    """

    help = "Make demo agencies with a year of made-up cases, once; none in a database in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--agencies", type=int, default=13, help="How many agencies (13).")
        parser.add_argument("--complaints", type=int, default=600, help="How many cases (600).")
        parser.add_argument("--processes", type=int, default=1, help="How many fill them (1).")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, other stories (1).")
        parser.add_argument("--part", choices=(WHOLE, FIRST, REST), default=WHOLE)
        parser.add_argument(
            "--same-start", action="store_true", help="The first part was made a moment ago."
        )

    def handle(
        self,
        *args: str,
        agencies: int,
        complaints: int,
        processes: int,
        seed: int,
        part: str,
        same_start: bool,
        **options: object,
    ) -> None:
        """Make the agencies and cases, and move the cases' events to the register."""
        if not settings.DEMO:
            raise CommandError("seed_demo makes accounts with a known password: DEMO=1 is needed")
        self.began = time.monotonic()
        self.seed, self.processes = seed, processes
        wanted = seeding_wanted()
        if wanted is Seeding.NOTHING:
            self.stdout.write(FORMER_DATA_STAYS)
            return
        bodies = demo_bodies(agencies=agencies, complaints=complaints)
        if wanted is Seeding.REST and part != FIRST:
            self._make_rest(bodies, is_same_start=same_start)
        elif wanted is Seeding.WHOLE and part != REST:
            self._make(bodies, is_split=part == FIRST)

    def _make(self, bodies: Sequence[DemoBody], *, is_split: bool) -> None:
        """Make all agencies; if ``is_split``, make only the agencies that are shown first."""
        seeding_begin()
        plans_load(actor=SYSTEM)
        codes = [body.code for body in bodies]
        now = [body for body in bodies if body.is_first or not is_split]
        with part_timed("agencies", say=self._write):
            self._fill_all(now)
        with part_timed("requests of several agencies", say=self._write):
            self._make_cases([body.code for body in now], is_whole=len(now) == len(bodies))
            self._collect()
        path = accounts_write(agency_codes=codes)
        if len(now) < len(bodies):
            site_open()
            self._write(FIRST_MADE)
        else:
            seeding_complete()
            self._say("demo data is complete")
        self._say(f"sign-ins are in {path.name}")

    def _make_rest(self, bodies: Sequence[DemoBody], *, is_same_start: bool) -> None:
        """Make the smaller agencies, unless people have filed since an earlier start."""
        if people_have_filed() and not is_same_start:
            self.stdout.write(USED_MEANWHILE)
            return
        filled = filled_codes()
        missing = [body for body in bodies if not body.is_first and body.code not in filled]
        names = ", ".join(body.code for body in missing)
        self._write(f"{STILL_MADE}{names or 'the last of it'}")
        self._fill_all(missing)
        self._collect()
        # Without one transaction, a killed start could leave the question without the mark.
        with transaction.atomic():
            competence_question_make(agency_codes=[body.code for body in bodies])
            seeding_complete()
        self._collect()
        self._say("demo data is complete")
        self._write(ALL_MADE)

    def _fill_all(self, bodies: Sequence[DemoBody]) -> None:
        """Make the missing agencies and their cases."""
        filled = filled_codes()
        wanted = {body.code: body for body in bodies if body.code not in filled}
        weights = {code: body.cases for code, body in wanted.items()}
        if wanted:
            # This fills a cache; without it, each child process would compute the version again.
            template_version()

        def fill(codes: Sequence[str]) -> None:
            for code in codes:
                self._fill(wanted[code])

        if not parts_do(fill, parts_of_equal_weight(weights, number=max(1, self.processes))):
            raise CommandError("some agencies could not be made; the next start goes on")

    def _fill(self, body: DemoBody) -> None:
        agency = agency_ensure(code=body.code)
        self._say(f"{body.code}: workspace")
        cases = agency_fill(agency=agency, body=body, seed=self.seed, until=opened_at())
        if body.code != PAYS_ITSELF:
            plan_assign(agency_code=body.code, plan_code="national", actor=SYSTEM)
        self._say(f"{body.code}: {cases} cases")

    @transaction.atomic
    def _make_cases(self, codes: list[str], *, is_whole: bool) -> None:
        # Without one transaction, the next start would see the first case and omit the other cases.
        national_staff_ensure()
        if is_whole:
            # Two smaller agencies are needed for the question of competence.
            competence_question_make(agency_codes=codes)
        if moved := moved_cases_make(codes=codes):
            self._say(f"cases of several administrations: {len(moved)}")
        citizen_ensure(agency_codes=codes, references=moved)

    def _collect(self) -> None:
        events = 0
        while taken := register_project(limit=COLLECT):
            events += taken
        if events:
            self._say(f"register: {events} events")

    def _say(self, text: str) -> None:
        self._write(f"{time.monotonic() - self.began:6.1f} s  {text}")

    def _write(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
