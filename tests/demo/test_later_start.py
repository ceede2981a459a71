"""A start on a database that holds a former demonstration or real requests invents nothing."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from demo.notices import ALL_MADE, FIRST_MADE, FORMER_DATA_STAYS, STILL_MADE, USED_MEANWHILE
from demo.seeding_marks import people_have_filed
from public_portal.workspace_requests.models import WorkspaceRequest
from shared.accounts.models import User
from shared.complaints.models import Complaint, ComplaintEvent, Message
from shared.directory.models import Organisation
from shared.directory.selectors.organisations import handling_agency_codes
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from tenants.agencies.selectors import address_book_clear
from tenants.case_access.selectors import owned_routes
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, CaseSplit, Route, TransferOffer
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

CODES = ("health", "interior", "education")
# Made after the site was opened, and the desk, without which there are no four.
SMALL, DESK = "justice", "orientation"
SLOW = pytest.mark.slow
COMMAND = "demo.management.commands.seed_demo"


@pytest.fixture(autouse=True)
def bodies(settings, tmp_path):
    """The bodies of three agencies and of the requests for workspaces; no agency has cases."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for code in (*CODES, SMALL, DESK, "onca", "onicl", "onmt"):
        kind = "ministry" if code in (*CODES, SMALL) else "institution"
        Organisation.objects.create(code=code, kind=kind, name_ar=code, name_fr=code, name_en=code)
    address_book_clear()


def seed(*, agencies: int = 3) -> str:
    """Fill the database as ``bin/demo`` does; what the larger command said."""
    said = StringIO()
    call_command("seed_workspace_requests", stdout=StringIO())
    call_command("seed_demo", agencies=agencies, complaints=3, stdout=said)
    return said.getvalue()


def part(name: str, *, complaints: int = 20, **options: object) -> str:
    """Make one part of five agencies, of which one is small; what the command said."""
    said, size = StringIO(), {"agencies": 5, "complaints": complaints}
    call_command("seed_demo", part=name, stdout=said, **size, **options)
    return said.getvalue()


def former_release(monkeypatch) -> None:
    """Seed as a release does that tells fewer stories and leaves no mark of it."""
    with monkeypatch.context() as former:
        former.setattr(f"{COMMAND}.competence_question_make", lambda **_codes: False)
        former.setattr(f"{COMMAND}.moved_cases_make", lambda **_codes: [])
        for mark in ("seeding_begin", "seeding_complete"):
            former.setattr(f"{COMMAND}.{mark}", lambda: None)
        call_command("seed_demo", agencies=3, complaints=3, stdout=StringIO())


def rows() -> list[object]:
    """How much there is of whatever a seeding makes."""
    everywhere = (User, Mail, Complaint, ComplaintEvent, Message)
    public = (Agency, Route, TransferOffer, Arbitration, CaseSplit, WorkspaceRequest, User, Mail)
    counts: list[object] = [table.objects.count() for table in public]
    for agency in Agency.objects.order_by("pk"):
        if agency.schema_name != "public":
            with agency_context(agency):
                counts.append([table.objects.count() for table in everywhere])
    return counts


def test_database_of_a_former_release_gets_no_newer_story(monkeypatch):
    former_release(monkeypatch)
    before = rows()

    said = seed()

    assert rows() == before
    assert FORMER_DATA_STAYS in said
    assert said.count("\n") == 1


def test_seeded_database_gets_nothing_when_more_is_asked_for(monkeypatch):
    seed(agencies=2)
    before = rows()

    said = seed(agencies=3)

    assert rows() == before
    assert FORMER_DATA_STAYS in said


@pytest.mark.slow
def test_seeded_database_whose_story_was_taken_out_stays_without_it():
    seed()
    WorkspaceRequest.objects.all().delete()
    before = rows()

    seed()

    assert rows() == before


def test_database_with_one_real_request_gets_nothing(roads):
    filed(roads)
    before = rows()

    said = seed()

    assert rows() == before
    assert Agency.objects.filter(code="health").count() == 0
    assert FORMER_DATA_STAYS in said


@pytest.mark.slow
def test_killed_first_seeding_is_completed_by_the_next_start(monkeypatch):
    with monkeypatch.context() as interrupted:
        interrupted.setattr(f"{COMMAND}.competence_question_make", _killed)
        with pytest.raises(KeyboardInterrupt):
            seed()
    assert Route.objects.exists()
    assert not CaseSplit.objects.exists()

    seed()

    citizen = User.objects.get(email="citizen@example.org")
    moved = set(CaseSplit.objects.values_list("part_reference", flat=True))
    assert moved <= set(owned_routes(user_id=citizen.pk).values_list("route", flat=True))
    assert Arbitration.objects.exists()
    assert FORMER_DATA_STAYS in seed()


def test_stories_of_several_agencies_are_made_whole_or_not_at_all(monkeypatch):
    """Killed between two of them, the next start would take the first for all."""
    with monkeypatch.context() as interrupted:
        interrupted.setattr(f"{COMMAND}.citizen_ensure", _killed)
        with pytest.raises(KeyboardInterrupt):
            seed()

    assert not CaseSplit.objects.exists()
    assert not Arbitration.objects.exists()


def test_site_is_opened_before_the_small_agencies_are_there():
    said = part("first")

    assert FIRST_MADE in said
    assert set(Agency.objects.values_list("code", flat=True)) >= {*CODES, DESK}
    assert not Agency.objects.filter(code=SMALL).exists()
    assert User.objects.filter(email="citizen@example.org").exists()

    rest = part("rest")

    assert [line for line in rest.splitlines() if line.startswith((STILL_MADE, ALL_MADE))] == [
        f"{STILL_MADE}{SMALL}",
        ALL_MADE,
    ]
    assert Route.objects.filter(agency__code=SMALL).exists()
    before = rows()
    assert FORMER_DATA_STAYS in part("rest")
    assert rows() == before


@pytest.mark.slow
def test_both_parts_make_what_the_whole_makes():
    with transaction.atomic():
        part("whole", complaints=30)
        whole = made()
        transaction.set_rollback(True)
    address_book_clear()

    part("first", complaints=30)
    part("rest", complaints=30)

    assert made() == whole
    assert Arbitration.objects.filter(decided_at=None).exists()


@pytest.mark.slow
def test_rest_that_was_stopped_is_finished_by_the_next_start(monkeypatch):
    part("first")
    with monkeypatch.context() as interrupted:
        interrupted.setattr(f"{COMMAND}.competence_question_make", _killed)
        with pytest.raises(KeyboardInterrupt):
            part("rest")
    before = Route.objects.count()

    # Its preparation makes nothing, and leaves the rest to what runs beside the site.
    assert part("first") == ""
    assert ALL_MADE in part("rest")
    assert Route.objects.count() == before


@pytest.mark.parametrize(
    "name",
    ["rest", pytest.param("first", marks=SLOW), pytest.param("whole", marks=SLOW)],
)
def test_rest_is_not_made_where_people_have_filed_since_an_earlier_start(roads, name):
    part("first")
    filed(roads)
    before = rows()

    said = part(name)

    assert rows() == before
    assert (USED_MEANWHILE in said) == (name != "first")


@pytest.mark.slow
def test_a_request_filed_meanwhile_does_not_end_the_start_that_it_was_filed_in(roads):
    part("first")
    filed(roads)

    assert ALL_MADE in part("rest", same_start=True)
    assert Route.objects.filter(agency__code=SMALL).exists()


@pytest.mark.slow
def test_no_invented_request_is_dated_after_the_opening_of_the_site():
    part("first")
    part("rest")

    assert not people_have_filed()


@pytest.mark.slow
def test_nobody_can_file_with_an_agency_before_its_invented_cases_are_there(monkeypatch):
    part("first")
    answering = []

    def fill(*, agency: Agency, **_rest: object) -> int:
        answering.append(handling_agency_codes({agency.code}))
        return 0

    monkeypatch.setattr(f"{COMMAND}.agency_fill", fill)

    part("rest")

    assert answering == [{}]


def made() -> dict[str, object]:
    """How much there is of each kind, by agency: their order is another one."""
    public = (Route, TransferOffer, Arbitration, CaseSplit, User, Mail, RegisterCase)
    counts: dict[str, object] = {table.__name__: table.objects.count() for table in public}
    for agency in Agency.objects.filter(code__in=[*CODES, SMALL, DESK]):
        with agency_context(agency):
            tables = (User, Mail, Complaint, ComplaintEvent, Message)
            counts[agency.code] = [table.objects.count() for table in tables]
    return counts


def _killed(**_codes):
    raise KeyboardInterrupt
