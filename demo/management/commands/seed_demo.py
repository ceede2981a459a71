"""Fill an installation with made-up agencies, people and cases, for demonstrations only."""

import time
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from demo.accounts import accounts_write
from demo.agencies import agency_ensure, agency_fill, filled_codes
from demo.competence import competence_question_make
from demo.moved_cases import moved_cases_make
from demo.notices import FORMER_DATA_STAYS
from demo.organisations import DemoBody, demo_bodies
from demo.processes import parts_do, parts_of_equal_weight
from demo.seeding_marks import seeding_begin, seeding_complete, seeding_is_allowed
from demo.staff import citizen_ensure, national_staff_ensure
from shared.kernel.actors import SYSTEM
from shared.register.services import register_project
from tenants.billing.services.payments import plan_assign
from tenants.billing.services.plans import plans_load

COLLECT = 2_000
# It has more people than free seats, and a page on which seats can be bought; the others are under
# the national agreement.
PAYS_ITSELF = "health"


class Command(BaseCommand):
    """``manage.py seed_demo --agencies 13 --complaints 600``: goes on where it was interrupted.

    Adds nothing to a database that was seeded or holds any other case.
    """

    help = "Make demo agencies with a year of made-up cases, once; none in a database in use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much, and the seed of chance."""
        parser.add_argument("--agencies", type=int, default=13, help="How many agencies (13).")
        parser.add_argument("--complaints", type=int, default=600, help="How many cases (600).")
        parser.add_argument("--processes", type=int, default=1, help="How many fill them (1).")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, other stories (1).")

    def handle(
        self,
        *args: str,
        agencies: int,
        complaints: int,
        processes: int,
        seed: int,
        **options: object,
    ) -> None:
        """Agency by agency; the register takes everything in at the end."""
        if not settings.DEMO:
            raise CommandError("seed_demo makes accounts with a known password: DEMO=1 is needed")
        self.began = time.monotonic()
        if not seeding_is_allowed():
            self.stdout.write(FORMER_DATA_STAYS)
            return
        seeding_begin()
        plans_load(actor=SYSTEM)
        bodies = demo_bodies(agencies=agencies, complaints=complaints)
        codes = [body.code for body in bodies]
        self._fill_all({body.code: body for body in bodies}, seed, processes)
        self._tell_stories(codes)
        self._collect()
        path = accounts_write(agency_codes=codes)
        seeding_complete()
        self._say(f"demo data is complete; sign-ins are in {path.name}")

    def _fill_all(self, bodies: Mapping[str, DemoBody], seed: int, processes: int) -> None:
        """Make the agencies that are not there, each whole or not at all."""
        filled = filled_codes()
        wanted = {code: body.cases for code, body in bodies.items() if code not in filled}

        def fill(codes: Sequence[str]) -> None:
            for code in codes:
                self._fill(bodies[code], seed)

        if not parts_do(fill, parts_of_equal_weight(wanted, number=max(1, processes))):
            raise CommandError("some agencies could not be made; the next start goes on")

    def _fill(self, body: DemoBody, seed: int) -> None:
        agency = agency_ensure(code=body.code)
        self._say(f"{body.code}: workspace")
        cases = agency_fill(agency=agency, body=body, seed=seed)
        if body.code != PAYS_ITSELF:
            plan_assign(agency_code=body.code, plan_code="national", actor=SYSTEM)
        self._say(f"{body.code}: {cases} cases")

    @transaction.atomic
    def _tell_stories(self, codes: list[str]) -> None:
        # Whole or not at all: by the first of them the next start takes them for told.
        national_staff_ensure()
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
        self.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {text}")
        self.stdout.flush()
