"""An institution asks for a workspace: every page, every refusal, in the person's language."""

from datetime import timedelta

import pytest
from django.test import Client

from public_portal.workspace_requests.enums import RequestState
from public_portal.workspace_requests.models import WorkspaceRequest
from shared.directory.models import Alias
from shared.kernel import clock
from tenants.billing.models import Plan
from tests.public_portal.workspace_requests.applicant import (
    EMAIL,
    PROPOSAL,
    STEPS,
    Applicant,
    body,
    codes,
    errors,
    letters_to,
    links,
)
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def plans():
    """A plan for nothing and one for each seat."""
    names = {"name_ar": "أساسية", "name_fr": "Essentiel", "name_en": "Basic"}
    Plan.objects.update_or_create(code="basic", defaults={"kind": "free", "seats": 3, **names})
    names = {"name_ar": "مهنية", "name_fr": "Pro", "name_en": "Pro"}
    Plan.objects.update_or_create(
        code="pro", defaults={"kind": "seats", "unit_amount": 15_050, "lookup_key": "pro", **names}
    )


def test_the_whole_journey_ends_with_a_request_that_waits(applicant):
    applicant.answer_all()

    page = applicant.send()

    row = WorkspaceRequest.objects.get()
    assert (row.state, row.organisation_code, row.email) == ("waiting", "oases", EMAIL)
    assert (row.phone, row.seats, row.volume) == ("+212537123456", 12, "some")
    assert row.person_name == "أمينة بنعلي"
    assert (row.terms_version, row.accepted_at) == ("2026-11", clock.now())
    assert row.created_at == clock.now()
    assert letters_to() == ["workspace_code", "workspace_received"]
    assert links() == [page["Location"]]
    assert "National oversight is examining your request" in applicant.client.get(links()[0]).text


def test_nothing_of_the_links_secret_is_in_the_row(sent):
    token = sent.path.strip("/").split("/")[-1]

    assert len(token) == 64
    assert token not in str(WorkspaceRequest.objects.values().get())


@pytest.mark.parametrize("step", list(STEPS))
def test_every_page_says_what_is_missing_in_arabic(applicant, step):
    applicant.answer_all(step)
    applicant.language = "ar"

    page = applicant.do(step)

    # A code is typed again, and so that page is shown in place.
    assert is_refused(page) or step == "code"
    assert errors(page)
    assert all(any("ء" <= char <= "ي" for char in line) for line in errors(page))
    assert "<title>خطأ" in page.text


def test_what_was_typed_wrongly_is_still_there(applicant):
    applicant.answer_all("person")

    page = applicant.do("person", person_name="Amina", person_function="Head", phone="12")

    assert errors(page) == [
        "Write a telephone number like 0612345678, or +33612345678 from abroad."
    ]
    assert 'value="Amina"' in page.text
    assert 'value="12"' in page.text


def test_going_back_finds_every_answer(applicant):
    applicant.answer_all()

    seen = {step: applicant.see(step).text for step in STEPS if step != "code"}

    assert "Agence des oasis" not in seen["institution"]
    assert 'value="oases"' in seen["institution"]
    assert "checked" in seen["institution"]
    assert f'value="{EMAIL}"' in seen["email"]
    assert 'value="أمينة بنعلي"' in seen["person"]
    assert 'value="12"' in seen["needs"]
    assert "We begin in January." in seen["needs"]
    assert "checked" in seen["terms"]


def test_no_page_is_open_before_its_turn(applicant):
    ways = {step: applicant.see(step) for step in [*STEPS, "check/"] if step != "institution"}

    assert {page.status_code for page in ways.values()} == {302}
    assert {page["Location"] for page in ways.values()} == {"/en/workspace/institution/"}


def test_a_change_leads_back_to_the_last_look(applicant):
    applicant.answer_all()

    page = applicant.do("needs/?change=1", volume="few", seats="3", message="")

    assert page["Location"] == "/en/workspace/check/"
    assert "Fewer than 50" in applicant.see("check/").text


def test_another_address_is_proved_anew(applicant):
    applicant.answer_all()
    applicant.answers["email"] = {"email": "other@oases.gov.ma"}

    page = applicant.do("email/?change=1", email="other@oases.gov.ma")

    assert page["Location"] == "/en/workspace/code/?change=1"
    assert applicant.send()["Location"] == "/en/workspace/code/"
    assert applicant.answer("code")["Location"] == "/en/workspace/person/"
    assert applicant.send().status_code == 302
    assert WorkspaceRequest.objects.get().email == "other@oases.gov.ma"


def test_the_same_address_is_not_asked_for_again(applicant):
    applicant.answer_all("person")

    page = applicant.answer("email")

    assert page["Location"] == "/en/workspace/person/"
    assert len(codes()) == 1


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("amina@gmail.com", "Anybody can open a mailbox there"),
        ("amina@YAHOO.fr", "Anybody can open a mailbox there"),
        ("amina@menara.ma", "Anybody can open a mailbox there"),
        ("amina@yopmail.com", "This mailbox lasts only some minutes"),
        ("amina", "Enter an e-mail address like"),
    ],
)
def test_a_mailbox_that_proves_no_institution_is_refused_in_words(applicant, email, said):
    applicant.answer_all("email")

    page = applicant.do("email", email=email)

    assert is_refused(page)
    assert [said in line for line in errors(page)] == [True]
    assert f'value="{email}"' in page.text
    assert letters_to(email.lower()) == []


def test_a_body_with_a_workspace_is_told_whom_to_ask(applicant, roads):
    page = applicant.do("institution", organisation="roads")

    assert is_refused(page)
    assert "has a workspace already" in errors(page)[0]
    assert "http://roads.testserver:8000/" in errors(page)[0]


def test_a_body_with_a_request_in_hand_is_told_from_where_it_came(sent, stranger):
    page = stranger.do("institution", organisation="oases")

    assert is_refused(page)
    assert "from an address at oases.gov.ma" in errors(page)[0]
    assert "amina" not in page.text


def test_a_body_outside_the_portal_is_told_why(applicant):
    why = {f"refusal_{code}": f"Ask the ministry ({code})." for code in ("ar", "fr", "en")}
    body("defence", accepts=False, **why)

    page = applicant.do("institution", organisation="defence")

    assert errors(page) == ["Ask the ministry (en)."]


def test_an_institution_that_is_not_in_the_directory_is_proposed(applicant):
    page = applicant.do("institution/propose/", **PROPOSAL)
    for step in ("email", "code", "person", "needs", "terms"):
        applicant.answer(step)
    applicant.send()

    row = WorkspaceRequest.objects.get()
    assert page["Location"] == "/en/workspace/email/"
    assert (row.state, row.organisation_code) == ("waiting", "")
    assert (row.proposed_ar, row.proposed_fr) == ("وكالة المنارات", "Agence des phares")


def test_choosing_in_the_directory_takes_the_place_of_a_proposal(applicant):
    applicant.do("institution/propose/", **PROPOSAL)

    applicant.answer("institution")

    row = applicant.row()
    assert (row.organisation_code, row.proposed_fr, row.proposed_kind) == ("oases", "", "")


def test_the_finder_suggests_bodies_that_can_be_chosen(applicant):
    Alias.objects.create(
        organisation_id=body("onee").pk, kind="acronym", text="ONEE", key="onee", sound="onee"
    )

    found = applicant.see("institution/suggestions/", q="onee")

    assert 'data-code="onee"' in found.text


def test_sent_twice_it_is_sent_once(applicant):
    applicant.answer_all()

    first, second = applicant.send(), applicant.send()

    assert first["Location"] == second["Location"]
    assert WorkspaceRequest.objects.count() == 1
    assert letters_to() == ["workspace_code", "workspace_received"]


def test_two_colleagues_at_once_are_one_request(applicant, stranger):
    applicant.answer_all()
    stranger.answers["institution"] = applicant.answers["institution"]
    stranger.answer_all()
    applicant.send()

    page = stranger.send()

    assert is_refused(page)
    assert "national oversight has it in hand" in errors(page)[0]
    assert "Only for the lagoons" in page.text
    assert WorkspaceRequest.objects.filter(state=RequestState.WAITING).count() == 1


def test_after_sending_another_request_can_be_begun(sent, applicant):
    page = applicant.see("institution")

    assert 'value="oases"' not in page.text
    assert applicant.do("institution/propose/", **PROPOSAL).status_code == 302
    assert WorkspaceRequest.objects.count() == 2


def test_answers_can_be_deleted_at_once(applicant):
    applicant.answer_all("person")

    page = applicant.client.post(applicant.url("discard/"), follow=True)

    assert "Your answers have been deleted." in page.text
    assert WorkspaceRequest.objects.count() == 0


def test_the_offer_names_the_plans_and_their_price(applicant, plans):
    page = applicant.see()

    assert "Free of charge. For up to 3 people." in page.text
    assert "150.50 MAD for each person and month." in page.text.replace("\xa0", " ")


def test_the_wish_for_a_plan_is_kept(applicant, plans):
    applicant.answer_all(needs={"plan_code": "pro"})

    assert applicant.row().plan_code == "pro"
    assert errors(applicant.do("needs", volume="few", seats="2")) == ["Choose a plan."]


def test_a_plan_for_fewer_people_than_are_expected_is_refused_beside_the_number(applicant, plans):
    applicant.answer_all("needs")

    refused = applicant.do("needs", volume="few", seats="4", plan_code="basic")
    taken = applicant.do("needs", volume="few", seats="3", plan_code="basic")

    assert errors(refused) == [
        "The plan that you have chosen is for up to 3 people. Choose another plan if more will "
        "answer."
    ]
    assert taken.status_code == 302


def test_without_plans_nobody_is_asked_for_one(applicant):
    Plan.objects.all().delete()
    applicant.answer_all("needs")

    assert "plan_code" not in applicant.see("needs").text
    assert "before anything is due" in applicant.see().text


def test_new_terms_are_agreed_to_anew(applicant):
    applicant.answer_all()
    WorkspaceRequest.objects.update(terms_version="2020-01")

    page = applicant.send()

    assert page["Location"] == "/en/workspace/agreement/"
    assert WorkspaceRequest.objects.get().state == RequestState.UNPROVED


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_offer_and_terms_can_be_read_in_every_language(applicant, language):
    applicant.language = language

    assert applicant.see().status_code == 200
    terms = applicant.see("terms/")
    assert terms.status_code == 200
    assert "2026-11" in terms.text


def test_the_code_is_asked_for_once_more_after_ten_minutes(applicant):
    applicant.answer_all("code")
    with clock.travel(clock.now() + timedelta(minutes=11)):
        page = applicant.answer("code")

        assert page.status_code == 400
        assert "no longer good" in errors(page)[0]
        applicant.do("code/again/")
        assert applicant.answer("code").status_code == 302


def test_no_more_than_thirty_are_begun_in_an_hour_at_one_place(oases):
    elsewhere = Applicant(Client(headers={"host": "testserver"}, REMOTE_ADDR="198.51.100.9"))
    visits = [Applicant(Client(headers={"host": "testserver"})) for _visit in range(32)]
    for visit in visits[:30]:
        assert visit.answer("institution").status_code == 302

    refused, proposed = (
        visits[30].answer("institution"),
        visits[31].do("institution/propose/", **PROPOSAL),
    )

    assert (refused.status_code, proposed.status_code) == (429, 429)
    assert "too many attempts" in errors(refused)[0]
    assert "too many attempts" in errors(proposed)[0]
    assert "Agence des phares" in proposed.text
    assert WorkspaceRequest.objects.count() == 30
    assert visits[0].answer("institution").status_code == 302
    assert elsewhere.answer("institution").status_code == 302
