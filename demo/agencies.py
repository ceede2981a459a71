"""Making agencies and filling them: agency by agency, each whole or not at all."""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from demo.actions import Act, Upkeep
from demo.bodies import DemoBody
from demo.case_texts import organisation_code, telling_make
from demo.fixture_files import places
from demo.runner import Stage, act_play
from demo.scenarios import courses
from demo.schedule import by_time, diary_write, filing_moment
from demo.staff import staff_ensure
from shared.accounts.enums import Role
from shared.directory.selectors.bodies import handling_agency_codes, organisation_get
from shared.directory.services.assigning import organisation_assign_agency
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.services import mail_settle
from shared.mail.tasks import deliver_mail
from tenants.agencies.selectors import address_book_clear
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.provisioning import agency_record, agency_resume
from tenants.isolation.context import agency_context, national_context
from tenants.models import Agency, Route
from tenants.models.enums import ProvisioningStep


def agency_ensure(*, code: str) -> Agency:
    """The agency of an organisation, made or completed where it is not there yet."""
    agency = Agency.objects.filter(code=code).first()
    body = organisation_get(code=code)
    if agency is None:
        names = body.names
        info = AgencyInfo(code=code, name_ar=names.ar, name_fr=names.fr, name_en=names.en)
        agency = agency_record(info=info, actor=SYSTEM)
    if agency.step != ProvisioningStep.READY:
        agency_resume(agency=agency, actor=SYSTEM)
    if body.agency_code != code:
        organisation_assign_agency(organisation_code=code, agency_code=code, actor=SYSTEM)
        address_book_clear()
    return agency


def filled_codes() -> set[str]:
    """The codes of the agencies that hold cases."""
    return set(Route.objects.order_by().values_list("agency__code", flat=True).distinct())


def agency_fill(*, agency: Agency, body: DemoBody, seed: int) -> int:
    """Staff and a year of cases, in one transaction; returns the number of cases.

    The same seed on the same day tells the same stories.
    """
    now = clock.now()
    handled = _handled_codes(body.code)
    with agency_context(agency), transaction.atomic():
        staff = staff_ensure(rng=_chance(seed, body), agency_code=body.code, cases=body.cases)
        stage = Stage(agents=staff[Role.AGENT], supervisor=staff[Role.SUPERVISOR][0])
        for act in by_time(_acts(body, seed, len(stage.agents), handled, now)):
            act_play(act, stage)
        _letters_settle(agency)
    return len(stage.references)


def _acts(
    body: DemoBody, seed: int, officers: int, handled: set[str], now: datetime
) -> Iterator[Act]:
    shapes = courses(rng=_chance(seed, body), pace=body.pace, number=body.cases)
    for case, course in enumerate(shapes):
        rng = _chance(seed, body, case)
        filed_at = filing_moment(rng=rng, ago=course.filed_ago, now=now)
        telling = telling_make(rng=rng, kind=course.kind, body_code=body.code, filed_at=filed_at)
        wanted = organisation_code(telling, body_code=body.code)
        yield from diary_write(
            rng=rng,
            course=course,
            telling=telling,
            organisation=wanted if wanted in handled else body.code,
            case=case,
            officers=officers,
            filed_at=filed_at,
            now=now,
        )
    yield Act(at=now, case=body.cases, deed=Upkeep())


def _chance(seed: int, body: DemoBody, case: int | None = None) -> Random:
    return Random(f"{seed}:{body.code}:{case}")  # noqa: S311  # made-up lives, not secrets


def _handled_codes(code: str) -> set[str]:
    """The bodies of the stories whose cases this agency takes."""
    bodies = {code}
    for place in places():
        bodies |= {place.commune, place.division, f"aref-{place.region}"}
    return {body for body, agency in handling_agency_codes(bodies).items() if agency == code}


def _letters_settle(agency: Agency) -> None:
    """Let no worker send a year of old letters."""
    mail_settle()
    with national_context():
        DBTaskResult.objects.filter(
            task_path=deliver_mail.module_path,
            args_kwargs__kwargs___schema=agency.schema_name,
        ).delete()
