"""The creation of agencies and their cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from agency_console.casework.services.dispatch import send_draft
from demo.actions import ScheduledAction, Upkeep
from demo.case_texts import case_text_make, organisation_code
from demo.drafts import APPROVING
from demo.fixture_files import fixture_places
from demo.officer_work import (
    SHOWN,
    approval_make,
    officer_work_make,
    ratings_open,
    units_make,
)
from demo.organisations import DemoBody
from demo.runner import RunState, action_run
from demo.scenarios import scenarios
from demo.schedule import by_time, filing_moment, schedule_write
from demo.staff import staff_ensure, unit_staff_ensure
from shared.accounts.enums import Role
from shared.directory.selectors.organisations import handling_agency_codes, organisation_get
from shared.directory.services.agency_assignment import organisation_assign_agency
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.services import mail_settle
from shared.mail.tasks import deliver_mail
from tenants.agencies.selectors import address_book_clear
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.lifecycle.administrators import approval_set
from tenants.fleet.services.provisioning import agency_record, agency_resume
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency, Route
from tenants.models.enums import ProvisioningStep


def agency_ensure(*, code: str) -> Agency:
    """Return the agency of an organisation; create the agency if needed."""
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        names = organisation_get(code=code).names
        info = AgencyInfo(code=code, name_ar=names.ar, name_fr=names.fr, name_en=names.en)
        agency = agency_record(info=info, actor=SYSTEM)
    if agency.step != ProvisioningStep.READY:
        agency_resume(agency=agency, actor=SYSTEM)
    return agency


def body_give(*, code: str) -> None:
    """Make an organisation's existing agency answer for the organisation."""
    if organisation_get(code=code).agency_code != code:
        organisation_assign_agency(organisation_code=code, agency_code=code, actor=SYSTEM)
        address_book_clear()


def filled_codes() -> set[str]:
    """Return the codes of the agencies that have cases."""
    return set(Route.objects.order_by().values_list("agency__code", flat=True).distinct())


def agency_fill(*, agency: Agency, body: DemoBody, seed: int, until: datetime | None = None) -> int:
    """Make an agency's staff and a year of cases in one transaction; return the count of cases.

    The same seed on the same day makes the same cases. No case is filed after ``until``, by default
    the current time. In the same transaction, the agency begins to answer for its body.
    """
    now = until or clock.now()
    with transaction.atomic(), _body_given(body.code), agency_context(agency):
        handled = _handled_codes(body.code)
        staff = staff_ensure(rng=_chance(seed, body), agency_code=body.code, cases=body.cases)
        state = RunState(agents=staff[Role.AGENT], supervisor=staff[Role.SUPERVISOR][0])
        if body.code == SHOWN:
            units_make(
                agents=state.agents,
                organisation_code=body.code,
                unit_agents=unit_staff_ensure(agency_code=body.code),
            )
        for act in by_time(_scheduled_actions(body, seed, len(state.agents), handled, now)):
            action_run(act, state)
        ratings_open(state)
        if body.code == SHOWN:
            officer_work_make(state)
        if body.code == APPROVING:
            approval_set(agency=agency, is_needed=True, actor=SYSTEM)
            approval_make(state)
        letters_settle(agency)
    return len(state.references)


@contextmanager
def _body_given(code: str) -> Iterator[None]:
    body_give(code=code)
    yield
    # Before the commit, another process could fill the cache with the old data again.
    transaction.on_commit(address_book_clear)


def _scheduled_actions(
    body: DemoBody, seed: int, officers: int, handled: set[str], now: datetime
) -> Iterator[ScheduledAction]:
    shapes = scenarios(rng=_chance(seed, body), workload=body.workload, number=body.cases)
    for case, scenario in enumerate(shapes):
        rng = _chance(seed, body, case)
        filed_at = filing_moment(rng=rng, ago=scenario.filed_ago, now=now)
        case_text = case_text_make(
            rng=rng, kind=scenario.kind, body_code=body.code, filed_at=filed_at
        )
        wanted = organisation_code(case_text, body_code=body.code)
        yield from schedule_write(
            rng=rng,
            scenario=scenario,
            case_text=case_text,
            organisation=wanted if wanted in handled else body.code,
            case=case,
            officers=officers,
            filed_at=filed_at,
            now=now,
        )
    yield ScheduledAction(at=now, case=body.cases, action=Upkeep())


def _chance(seed: int, body: DemoBody, case: int | None = None) -> Random:
    return Random(f"{seed}:{body.code}:{case}")  # noqa: S311  # made-up lives, not secrets


def _handled_codes(code: str) -> set[str]:
    """Return the codes of bodies in the fixtures for which this agency answers."""
    bodies = {code}
    for place in fixture_places():
        bodies |= {place.commune, place.division, f"aref-{place.region}"}
    return {body for body, agency in handling_agency_codes(bodies).items() if agency == code}


def letters_settle(agency: Agency) -> None:
    """Mark waiting e-mails as sent, and delete the agency's tasks that send e-mails or drafts."""
    mail_settle()
    with national_context():
        DBTaskResult.objects.filter(
            task_path__in=[deliver_mail.module_path, send_draft.module_path],
            args_kwargs__kwargs___schema=agency.schema_name,
        ).delete()
