"""A request that was split: its parts on one page, each opened from it, with no more rights."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.custody.services.offers import offer_accept
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.errors import AgencyUnreachable
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route, TransferOffer
from tenants.models.enums import TransferReason
from tests.public_portal.tracking.mailbox import deliver
from tests.public_portal.tracking.visits import EMAIL, Visitor, answer
from tests.shared.pdf.sheets import words
from tests.support.custody import NOTE
from tests.support.factories import filed, organisation_of

pytestmark = pytest.mark.django_db

OPEN = "parts/open/"
API_OPEN, JSON = "/api/v1/tracking/parts/open/", "application/json"
WATER = "The water in this street is brown."


@pytest.fixture
def offered(receipt, roads, water):
    """The reference of a part for which the second agency is asked."""
    made, _offered = case_split(
        agency=roads,
        reference=receipt.reference,
        part=PartDraft(subject="Brown water", body=WATER),
        offer=OfferDraft(
            organisation_code=organisation_of(water).code,
            reason=TransferReason.COMPETENCE,
            note=NOTE,
        ),
        actor=SYSTEM,
    )
    return made


@pytest.fixture
def part(offered, water):
    """The reference of a part that the second agency has accepted."""
    made = TransferOffer.objects.get(reference=offered)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    return offered


@pytest.fixture
def inside(client, receipt, part):
    """The citizen in the whole request, in English."""
    visitor = Visitor(client=client, language="en")
    visitor.open(receipt.reference, receipt.receipt_code)
    return visitor


def section(visitor):
    page = visitor.see().content.decode()
    return page.partition('<section class="section" id="parts">')[2].partition("</section>")[0]


def opened(visitor):
    return visitor.see().context["space"].case.reference


def test_fs7_citizen_sees_the_parts_with_their_administrations_and_states(
    inside, receipt, part, roads, water
):
    shown = section(inside)

    assert all(agency.name_en in shown for agency in (roads, water))
    assert "Brown water" in shown
    assert "0 of 2 parts answered." in shown
    assert shown.count("You are reading this part now.") == 1
    assert shown.count("Open this part</button>") == 1
    assert f'name="reference" value="{part}"' in shown
    answer(water, part)
    assert "1 of 2 parts answered." in section(inside)
    answer(roads, receipt.reference)
    assert "All parts are answered." in section(inside)


def test_fs7_dossier_lists_the_parts_with_their_administrations(inside, receipt, part):
    data = json.loads(inside.see("case/dossier.json").content)

    assert [
        (one["reference"], one["agency"]["code"], one["status"]["code"], one["is_main"])
        for one in data["parts"]
    ] == [
        (receipt.reference, "roads", "received", True),
        (part, "water", "received", False),
    ]
    said = words(inside.see("case/dossier.pdf").content)
    table = said.partition("Parts of the request")[2].partition("What happened")[0]
    grouped = " ".join(part[place : place + 4] for place in range(0, 16, 4))
    assert [one for one in (grouped, "Brown water", "Water") if one not in table] == []


def test_dossier_of_a_part_that_cannot_be_read_says_so_and_of_a_whole_has_none(
    inside, visitor, part, roads, monkeypatch
):
    def unreachable(**_asked):
        raise AgencyUnreachable(retry_after=1)

    monkeypatch.setattr("public_portal.tracking.selectors.tracking_page.parts_of", unreachable)
    assert json.loads(inside.see("case/dossier.json").content)["parts"] is None
    said = words(inside.see("case/dossier.pdf").content)
    assert "The other parts could not be read when this file was made." in said
    whole = filed(roads)
    visitor.open(whole.reference, whole.receipt_code)
    assert json.loads(visitor.see("case/dossier.json").content)["parts"] == []


def test_fs7_citizen_opens_a_part_and_comes_back(inside, receipt, part):
    led = inside.do(OPEN, reference=part)

    assert led["Location"] == "/en/track/case/"
    assert opened(inside) == part
    assert WATER in inside.see().content.decode()
    assert f'value="{receipt.reference}"' in section(inside)
    inside.do(OPEN, reference=receipt.reference)
    assert opened(inside) == receipt.reference


def test_fs7_form_of_a_part_is_refused_without_its_token_against_forgery(inside, part):
    strict = Client(enforce_csrf_checks=True, headers={"host": "testserver"})
    strict.cookies = inside.client.cookies

    assert strict.post(inside.url(f"case/{OPEN}"), {"reference": part}).status_code == 403
    assert opened(inside) != part


@pytest.mark.parametrize("typed", ["stranger", "", "nonsense", "4815162342108097"])
def test_fs7_reference_that_is_no_part_is_refused(typed, inside, receipt, roads):
    typed = filed(roads).reference if typed == "stranger" else typed

    assert inside.do(OPEN, reference=typed).status_code == 404
    assert opened(inside) == receipt.reference


def test_fs7_part_is_not_opened_without_a_visit(client, part):
    answer = client.post(f"/en/track/case/{OPEN}", {"reference": part})

    assert answer["Location"] == "/en/track/"


def test_visit_by_address_is_shown_no_part_that_went_elsewhere_and_how_to_see_it(
    client, receipt, part
):
    visitor = Visitor(client=client, language="en")
    visitor.open(receipt.reference, EMAIL)

    shown = section(visitor)
    answer = visitor.do(OPEN, reference=part)

    assert "Brown water" not in shown
    assert "1 more part is with another administration." in shown
    assert 'href="/en/track/case/proof/"' in shown
    assert "0 of 2 parts answered." in shown
    assert (answer.status_code, opened(visitor)) == (404, receipt.reference)


def test_fs7_visit_with_less_proof_has_no_more_in_a_part(client, receipt, offered):
    visitor = Visitor(client=client, language="en")
    visitor.open(receipt.reference, EMAIL)

    visitor.do(OPEN, reference=offered)

    assert opened(visitor) == offered
    assert visitor.see().context["space"].rights.is_proved is False
    assert visitor.see("case/withdraw/")["Location"] == "/en/track/case/proof/"


def test_fs7_part_whose_agency_does_not_answer_leaves_the_opened_one_readable(inside, monkeypatch):
    def silent(**_asked):
        raise AgencyUnreachable("water", retry_after=30)

    monkeypatch.setattr("public_portal.tracking.selectors.tracking_page.parts_of", silent)

    assert "The other parts cannot be shown at this moment." in section(inside)


def test_fs7_request_that_was_not_split_costs_no_query_for_parts(visitor, receipt):
    visitor.open(receipt.reference, receipt.receipt_code)

    with CaptureQueriesContext(connection) as asked:
        page = visitor.see().content.decode()

    assert 'id="parts"' not in page
    assert not [one for one in asked.captured_queries if "casesplit" in one["sql"]]


def token_of(receipt, kind, value):
    issued = gateway.tracking_open(reference=receipt.reference, kind=kind, value=value)
    return {"authorization": f"Bearer {issued.token}"}


def test_fs7_rest_lists_the_parts_and_opens_one(client, receipt, part):
    headers = token_of(receipt, KeyKind.RECEIPT, receipt.receipt_code)
    found = client.get("/api/v1/tracking/case/", headers=headers).json()["parts"]

    assert [
        (one["reference"], one["status"], one["agency"]["code"], one["is_opened"]) for one in found
    ] == [
        (receipt.reference, "received", "roads", True),
        (part, "received", "water", False),
    ]
    issued = client.post(API_OPEN, {"reference": part}, JSON, headers=headers)
    assert (issued.status_code, issued.json()["scope"]) == (200, "full")
    other = {"authorization": f"Bearer {issued.json()['token']}"}
    shown = client.get("/api/v1/tracking/case/", headers=other).json()
    assert (shown["reference"], len(shown["parts"])) == (part, 2)


def test_fs7_rest_refuses_a_strangers_reference_and_gives_no_more_scope(
    client, receipt, offered, roads, water
):
    headers = token_of(receipt, KeyKind.EMAIL, EMAIL)
    stranger = filed(roads).reference

    def ask(reference):
        return client.post(API_OPEN, {"reference": reference}, JSON, headers=headers)

    assert ask(stranger).status_code == 404
    assert ask("nonsense").status_code == 400
    assert ask(offered).json()["scope"] == "write"
    made = TransferOffer.objects.get(reference=offered)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert ask(offered).status_code == 404


def test_rest_has_no_parts_of_a_request_that_was_not_split(client, receipt):
    headers = token_of(receipt, KeyKind.RECEIPT, receipt.receipt_code)

    assert client.get("/api/v1/tracking/case/", headers=headers).json()["parts"] == []


def part_of(page):
    """The page above the parts: what stands on the first screen and on the first card."""
    return page.partition('id="parts"')[0]


def test_first_card_of_an_answered_part_does_not_answer_for_the_others(
    inside, receipt, part, roads, water
):
    answer(roads, receipt.reference)
    page = inside.see().content.decode()

    assert page.index("1 of 2 parts answered.") < page.index("<h1")
    assert "The administration has answered" not in page
    assert "This part of your request is answered" in page
    # The reply is rated on the card of its part alone.
    assert "/case/rating/" not in part_of(page)
    assert section(inside).count("/case/rating/") == 1
    answer(water, part)
    page = inside.see().content.decode()
    assert page.index("All parts are answered.") < page.index("<h1")
    assert "/case/rating/" in part_of(page)


def test_words_of_an_officer_are_marked_wherever_the_part_is_shown(
    inside, client, receipt, part, roads, water
):
    mark = "An officer of \u2068Roads\u2069 wrote this subject and this text, not you."
    assert section(inside).count("wrote this subject and this text, not you.") == 1
    assert "wrote this subject" not in part_of(inside.see().content.decode())
    inside.do(OPEN, reference=part)
    page = inside.see().content.decode().replace("<bdi>", "\u2068").replace("</bdi>", "\u2069")
    assert page.count(mark) == 3
    data = json.loads(inside.see("case/dossier.json").content)
    assert (data["is_part"], data["cut_by"]["code"]) == (True, "roads")
    assert data["parts_state"] == {"answered": 0, "total": 2, "is_answered": False}
    assert [one["cut_by"] and one["cut_by"]["code"] for one in data["parts"]] == [None, "roads"]
    said = " ".join(words(inside.see("case/dossier.pdf").content).split())
    assert "wrote this subject and this text, not the citizen." in said
    assert "0 of 2 parts answered." in said


def test_citizen_gives_a_part_back_from_its_page(inside, receipt, part, roads):
    assert "/case/parts/object/" not in section(inside)
    inside.do(OPEN, reference=part)
    assert "/case/parts/object/" in section(inside)
    assert "give this part back" in inside.see("case/parts/object/").content.decode()
    led = inside.do("parts/object/")

    assert led["Location"] == "/en/track/case/"
    page = inside.see().content.decode()
    assert "Your whole request answers this part" in page
    assert "You have withdrawn your request" not in page
    assert WATER in page
    inside.do(OPEN, reference=receipt.reference)
    assert "Given back: the whole request answers this part." in section(inside)
    # A whole request has nothing to which it could be given back.
    assert inside.see("case/parts/object/").status_code == 302


def test_rest_says_the_state_of_the_whole_and_whose_words_a_part_has(client, receipt, part, water):
    headers = token_of(receipt, KeyKind.RECEIPT, receipt.receipt_code)
    answer(water, part)
    shown = client.get("/api/v1/tracking/case/", headers=headers).json()
    assert shown["parts_state"] == {"answered": 1, "total": 2, "is_answered": False}
    first = shown["parts"][0]
    assert (first["is_main"], first["is_answered"], first["cut_by"]) == (True, False, None)
    assert shown["parts"][1]["cut_by"]["code"] == "roads"
    assert (shown["is_part"], shown["cut_by"]) == (False, None)


def test_rest_gives_a_part_back_with_the_full_proof_alone(client, receipt, part):
    # The agency that cut it out knows its number and the address.
    by_address = token_of(receipt, KeyKind.EMAIL, EMAIL)
    refused = client.post(API_OPEN, {"reference": part}, JSON, headers=by_address)
    assert refused.status_code == 404
    by_code = token_of(receipt, KeyKind.RECEIPT, receipt.receipt_code)
    issued = client.post(API_OPEN, {"reference": part}, JSON, headers=by_code).json()
    of_part = {"authorization": f"Bearer {issued['token']}"}
    found = client.post("/api/v1/tracking/parts/object/", headers=of_part)
    assert found.status_code == 200
    assert (found.json()["is_given_back"], found.json()["parts_state"]["total"]) == (True, 1)
    again = client.post("/api/v1/tracking/parts/object/", headers=of_part)
    assert again.status_code == 409


def test_letter_of_a_split_says_whose_words_they_are_and_until_when_one_can_object(
    part, receipt, roads
):
    with agency_context(roads):
        (row,) = Mail.objects.filter(letter="split")
    assert row.context["until"] == (clock.today() + timedelta(days=7)).isoformat()
    Route.objects.filter(pk=receipt.reference).update(is_email_proved=True)
    text = " ".join(str(one.body) for one in deliver(roads))
    assert "L’agent a écrit le texte de cette partie" in " ".join(text.split())
    assert "vous pouvez rendre cette partie jusqu’au" in " ".join(text.split())
