"""A start on a database that holds a former demonstration or real requests invents nothing."""

from io import StringIO

import pytest
from django.core.management import call_command

from demo.notices import FORMER_DATA_STAYS
from public_portal.workspace_requests.models import WorkspaceRequest
from shared.accounts.models import User
from shared.complaints.models import Complaint, ComplaintEvent, Message
from shared.directory.models import Organisation
from shared.mail.models import Mail
from tenants.agencies.selectors import address_book_clear
from tenants.case_access.selectors import owned_routes
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, CaseSplit, Route, TransferOffer
from tests.support.factories import filed

pytestmark = pytest.mark.django_db

CODES = ("health", "interior", "education")
COMMAND = "demo.management.commands.seed_demo"


@pytest.fixture(autouse=True)
def bodies(settings, tmp_path):
    """The bodies of three agencies and of the requests for workspaces; no agency has cases."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for code in (*CODES, "onca", "onicl", "onmt"):
        kind = "ministry" if code in CODES else "institution"
        Organisation.objects.create(code=code, kind=kind, name_ar=code, name_fr=code, name_en=code)
    address_book_clear()


def seed(*, agencies: int = 3) -> str:
    """Fill the database as ``bin/demo`` does; what the larger command said."""
    said = StringIO()
    call_command("seed_workspace_requests", stdout=StringIO())
    call_command("seed_demo", agencies=agencies, complaints=3, stdout=said)
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


def _killed(**_codes):
    raise KeyboardInterrupt
