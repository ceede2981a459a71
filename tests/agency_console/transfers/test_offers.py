"""Offers on pages: who sees them, what they show, and what becomes of them."""

import pytest

from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.audit.models import AuditEntry
from shared.complaints.enums import Status
from shared.kernel.actors import SYSTEM
from shared.kernel.text import Wording
from shared.units.services import unit_create, unit_members_set
from shared.units.types import UnitDraft
from tenants.case_access import gateway
from tenants.custody.services.offers import offer_withdraw
from tenants.isolation.schema_switch import agency_context
from tenants.models import Arbitration, TransferOffer
from tenants.models.enums import OfferState
from tests.agency_console.conftest import text_of
from tests.agency_console.test_frozen_data import rows_of_page
from tests.agency_console.transfers.conftest import SECRET, console_of
from tests.support.custody import NOTE, REFUSAL, more_agencies, offer, refuse, request_filed
from tests.support.refused_forms import is_refused
from tests.support.sampling import repeats

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(held, water):
    return offer(held.case, water)


def test_fs10_supervisor_accepts_an_offer_and_goes_on_with_the_case(made, held, receiver, water):
    listed = text_of(receiver.get("/transfers/"))
    assert f"/transfers/{made.pk}/" in listed
    assert "working day" in listed or "Last day" in listed

    answer = receiver.post(f"/transfers/{made.pk}/accept/")

    assert answer.url == f"/cases/{held.reference}/"
    page = text_of(receiver.get(answer.url))
    assert "Your administration has this case now." in page
    assert f"The cellar of {SECRET}" in page
    assert held.case.holder == water
    with agency_context(water):
        entry = AuditEntry.objects.get(action="transfer.accepted")
        assert entry.subject == held.reference


def test_fs10_offer_shows_neither_story_nor_person(made, receiver):
    for path in ("/transfers/", f"/transfers/{made.pk}/"):
        page = text_of(receiver.get(path))
        assert SECRET not in page
        assert "Zellige street" in page
    assert NOTE in text_of(receiver.get(f"/transfers/{made.pk}/"))


def test_fs10_refusal_needs_a_reason_and_keeps_what_was_typed(made, held, receiver, holder, water):
    short = receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": "Not ours."})
    assert is_refused(short)
    assert "Not ours." in text_of(short)
    assert TransferOffer.objects.get(pk=made.pk).state == OfferState.OFFERED

    answer = receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": REFUSAL})

    assert answer.url == "/transfers/"
    assert REFUSAL in text_of(holder.get(f"/transfers/{made.pk}/"))
    with agency_context(water):
        assert AuditEntry.objects.get(action="transfer.refused").subject == made.number


def test_fs10_second_refusal_says_that_national_oversight_decides(held, water, holder, receiver):
    refuse(held.case, water)
    again = offer(held.case, water)

    answer = receiver.post(f"/transfers/{again.pk}/refuse/", {"reason": REFUSAL})

    assert "National oversight decides now" in text_of(receiver.get(answer.url))
    page = text_of(holder.get(f"/cases/{held.reference}/"))
    assert "Its decision is binding." in page
    assert "/transfers/offer/" not in page
    assert Arbitration.objects.get().reference == held.reference


def test_fs10_sender_takes_the_offer_back(made, held, holder, receiver):
    page = text_of(holder.get(f"/cases/{held.reference}/"))
    assert f"/transfers/{made.pk}/withdraw/" in page

    answer = holder.post(f"/transfers/{made.pk}/withdraw/")

    assert answer.url == f"/cases/{held.reference}/"
    assert "The offer was taken back." in text_of(holder.get(answer.url))
    late = receiver.post(f"/transfers/{made.pk}/accept/")
    assert late.url == f"/transfers/{made.pk}/"
    assert "This offer is not open any more." in text_of(receiver.get(late.url))


def test_refusal_of_an_offer_that_ended_keeps_the_reason(made, receiver, roads):
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)

    page = receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": REFUSAL})

    assert is_refused(page)
    assert "This offer is not open any more." in text_of(page)
    assert REFUSAL in text_of(page)


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.AGENT, 403), (Role.SUPERVISOR, 200), (Role.ADMINISTRATOR, 200)]
)
def test_fs10_only_those_who_assign_see_and_answer_offers(role, expected, made, water):
    console = console_of(water, role)

    assert console.get("/transfers/").status_code == expected
    assert console.get(f"/transfers/{made.pk}/").status_code == expected
    is_menu = 'href="/transfers/"' in text_of(console.get("/"))
    assert is_menu == (expected == 200)
    if expected == 403:
        for act in ("accept", "refuse"):
            answer = console.post(f"/transfers/{made.pk}/{act}/", {"reason": REFUSAL})
            assert answer.status_code == 403
        assert TransferOffer.objects.get(pk=made.pk).state == OfferState.OFFERED


def test_fs10_strangers_offer_is_not_found(made):
    (harbour,) = more_agencies("harbour")
    console = console_of(harbour)

    assert console.get(f"/transfers/{made.pk}/").status_code == 404
    for act in ("accept", "refuse", "withdraw"):
        answer = console.post(f"/transfers/{made.pk}/{act}/", {"reason": REFUSAL})
        assert answer.status_code == 404
    assert SECRET not in text_of(console.get("/transfers/"))
    assert TransferOffer.objects.get(pk=made.pk).state == OfferState.OFFERED


def test_fs10_sender_neither_accepts_nor_refuses_its_own_offer(made, roads):
    console = console_of(roads)
    for act in ("accept", "refuse"):
        answer = console.post(f"/transfers/{made.pk}/{act}/", {"reason": REFUSAL})
        assert answer.status_code == 404
    assert TransferOffer.objects.get(pk=made.pk).state == OfferState.OFFERED


def test_receiver_does_not_take_the_offer_back(made, receiver):
    assert receiver.post(f"/transfers/{made.pk}/withdraw/").status_code == 404


def in_unit(agency, name, role, *, email):
    """Somebody of a unit of their own."""
    with agency_context(agency):
        wording = Wording(ar=name, fr=name, en=name)
        unit = unit_create(draft=UnitDraft(names=wording), parent_id=None, actor=SYSTEM)
        person = user_create(email=email, name=name, role=role, password="x" * 20, actor=SYSTEM)
        unit_members_set(
            unit_id=unit.pk, user_ids=[person.pk], of=[person.pk], is_last_kept=False, actor=SYSTEM
        )
        return person


@pytest.mark.parametrize("role", [Role.AGENT, Role.SUPERVISOR])
def test_fs10_officer_of_another_unit_does_not_see_the_offer(role, made, held, roads):
    person = in_unit(roads, "Lamps", role, email="lamps@roads.example")
    console = console_of(roads, user=person)

    assert console.get(f"/transfers/{made.pk}/").status_code == 404
    assert console.post(f"/transfers/{made.pk}/withdraw/").status_code == 404
    assert console.get(f"/transfers/offer/{held.reference}/").status_code == 404
    if role == Role.SUPERVISOR:
        assert f"/transfers/{made.pk}/" not in text_of(console.get("/transfers/"))


def test_colleague_of_the_holder_sees_the_offer_and_does_not_take_it_back(made, roads):
    console = console_of(roads, Role.AGENT)

    page = console.get(f"/transfers/{made.pk}/")

    assert page.status_code == 200
    assert "/withdraw/" not in text_of(page)
    assert console.post(f"/transfers/{made.pk}/withdraw/").status_code == 403


def test_case_taken_over_by_a_unit_that_one_does_not_see_is_said_on_the_list(made, held, water):
    person = in_unit(water, "Pipes", Role.SUPERVISOR, email="pipes@water.example")
    console = console_of(water, user=person)

    answer = console.post(f"/transfers/{made.pk}/accept/")

    # Offers are the administration's; cases without a unit are seen by the whole of it alone.
    assert answer.url == "/transfers/"
    assert held.case.holder == water


def test_lists_of_offers_are_empty_at_first(receiver):
    page = text_of(receiver.get("/transfers/"))

    assert "No case waits for your answer." in page
    assert "Your administration has offered no case." in page


def test_dashboard_says_how_many_offers_wait(receiver, held, water):
    assert "Cases offered to you" not in text_of(receiver.get("/dashboard/"))
    offer(held.case, water)
    assert "Cases offered to you" in text_of(receiver.get("/dashboard/"))


@pytest.mark.parametrize("offers", repeats([5, 50], keep=1))
def test_fs10_list_of_many_offers_costs_what_one_costs(
    made, receiver, roads, water, django_assert_num_queries, django_assert_max_num_queries, offers
):
    receiver.get("/transfers/")
    with django_assert_max_num_queries(60) as one:
        receiver.get("/transfers/")
    for _number in range(offers - 1):
        offer(request_filed(roads), water)
    with django_assert_num_queries(len(one)):
        page = receiver.get("/transfers/")
    assert text_of(page).count('<li class="card">') == offers


@pytest.mark.parametrize("offers", repeats([5, 50], keep=1))
def test_fs10_list_of_many_sent_offers_costs_what_one_costs(
    made, roads, water, django_assert_num_queries, django_assert_max_num_queries, offers
):
    console = console_of(roads)
    console.get("/transfers/")
    with django_assert_max_num_queries(60) as one:
        console.get("/transfers/")
    for _number in range(offers - 1):
        offer(request_filed(roads), water)
    with django_assert_num_queries(len(one)):
        page = console.get("/transfers/")
    assert text_of(page).count('<li class="card">') == offers


def test_offer_of_a_case_that_was_withdrawn_meanwhile_is_not_accepted(made, held, receiver):
    gateway.case_withdraw(token=held.case.token)

    answer = receiver.post(f"/transfers/{made.pk}/accept/")

    assert answer.url == f"/transfers/{made.pk}/"
    assert held.case.shown().status == Status.WITHDRAWN


def test_pages_of_transfers_hold_no_model(made, held, receiver, holder):
    pages = [
        receiver.get("/transfers/"),
        receiver.get(f"/transfers/{made.pk}/"),
        holder.get(f"/transfers/{made.pk}/"),
        holder.get(f"/transfers/offer/{held.reference}/"),
    ]

    assert [rows_of_page(page) for page in pages] == [[]] * 4
