"""An offer has a number of its own, and the page of the case says why it was not accepted."""

import pytest

from shared.kernel import clock
from shared.kernel.references import offer_number_group, reference_group
from tenants.custody.services.offers import offer_withdraw, offers_lapse
from tenants.models import TransferOffer
from tests.agency_console.conftest import text_of
from tests.agency_console.transfers.conftest import console_of
from tests.support.custody import NOTE, REFUSAL, SYSTEM, offer, refuse
from tests.support.moments import days_later
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(held, water):
    return offer(held.case, water)


def says(page, reference):
    """Whether a page or the headers of an answer tell a reference."""
    said = page.content.decode() + repr(page.headers)
    return reference in said or reference_group(reference) in said


def test_agency_that_is_asked_reads_the_number_on_every_page_and_never_the_reference(
    made, held, receiver, roads
):
    pages = [receiver.get(path) for path in ("/transfers/", f"/transfers/{made.pk}/", "/")]
    assert offer_number_group(made.number) in text_of(pages[0])
    assert offer_number_group(made.number) in text_of(pages[1])
    pages.append(receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": "No."}))
    offer_withdraw(agency=roads, offer_id=made.pk, actor=SYSTEM)
    pages.append(receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": REFUSAL}))
    pages.append(receiver.post(f"/transfers/{made.pk}/accept/"))
    pages += [receiver.get(path) for path in ("/transfers/", f"/transfers/{made.pk}/")]

    assert [says(page, held.reference) for page in pages] == [False] * len(pages)
    assert receiver.get(f"/cases/{held.reference}/").status_code == 404
    assert not says(receiver.get(f"/?view=all&q={held.reference[:10]}"), held.reference)


def test_after_its_refusal_it_reads_the_number_alone(made, held, receiver):
    answer = receiver.post(f"/transfers/{made.pk}/refuse/", {"reason": REFUSAL})

    for path in (answer.url, f"/transfers/{made.pk}/"):
        page = receiver.get(path)
        assert offer_number_group(made.number) in text_of(page)
        assert not says(page, held.reference)


def test_sender_reads_both(made, held, holder):
    page = holder.get(f"/transfers/{made.pk}/")

    assert says(page, held.reference)
    assert offer_number_group(made.number) in text_of(page)


def test_note_with_the_reference_is_refused_beside_it_and_kept(held, holder, water):
    text = f"{NOTE} Our number is {reference_group(held.reference)}."
    data = {"organisation_code": "water", "reason": "competence", "note": text, "version": "99"}
    page = holder.post(f"/transfers/offer/{held.reference}/", data)

    assert is_refused(page)
    assert text in text_of(page)
    assert not TransferOffer.objects.exists()


def test_page_of_the_case_says_why_others_did_not_take_it_over(held, holder, water):
    assert "Not taken over by" not in text_of(holder.get(f"/cases/{held.reference}/"))
    refuse(held.case, water)
    offer(held.case, water)
    with clock.travel(days_later(12)):
        offers_lapse()

    page = text_of(holder.get(f"/cases/{held.reference}/"))

    assert page.count(REFUSAL) == 1
    told = page.partition("Not taken over by")[2]
    assert "Not taken over" in told
    assert "Not answered in time" in told
    assert "Water" in told


def test_next_holder_does_not_read_why_another_one_refused(held, water):
    refuse(held.case, water)
    made = offer(held.case, water)
    console = console_of(water)
    console.post(f"/transfers/{made.pk}/accept/")

    assert REFUSAL not in text_of(console.get(f"/cases/{held.reference}/"))
