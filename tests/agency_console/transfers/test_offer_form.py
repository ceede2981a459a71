"""The form with which an officer offers a case, and the letter that leads to it."""

import pytest

from agency_console.casework.models import CaseDraft
from shared.accounts.enums import Role
from shared.complaints.enums import Status
from shared.complaints.services import complaint_assign
from shared.directory.models import Alias, Organisation
from shared.kernel.text import search_key, sound_key
from tenants.isolation.schema_switch import agency_context
from tenants.models import Arbitration, TransferOffer
from tests.agency_console.conftest import sent, ten_seconds_later, text_of, typed_in, version_on
from tests.agency_console.transfers.conftest import NOTE, console_of
from tests.support.custody import hand_over, offer
from tests.support.factories import officer_actor, staff
from tests.support.refused_forms import is_refused

pytestmark = pytest.mark.django_db

LETTER = {"way_on": "Its counter at the gate of the harbour."}


@pytest.fixture(autouse=True)
def bodies(held):
    """Two bodies that a search finds: for one the second agency answers, for one nobody."""
    Organisation.objects.filter(code="water").update(name_en="Waterworks")
    mills = Organisation.objects.create(
        code="mills", kind="institution", name_ar="الطواحين", name_fr="Moulins", name_en="Mills"
    )
    for body, text in ((Organisation.objects.get(code="water"), "waterworks"), (mills, "mills")):
        Alias.objects.create(
            organisation=body, kind="name", text=text, key=search_key(text), sound=sound_key(text)
        )


def fill(console, reference, **changes):
    path = f"/transfers/offer/{reference}/"
    form = console.get(path)
    given = {
        "version": version_on(form),
        "words": "waterworks",
        "organisation_code": "water",
        "reason": "competence",
        "note": NOTE,
        "step": "offer",
    }
    return console.post(path, {**given, **changes})


def test_fs10_officer_searches_the_body_then_offers_the_case(holder, held, water):
    page = text_of(holder.get(f"/cases/{held.reference}/"))
    assert f"/transfers/offer/{held.reference}/" in page

    found = fill(holder, held.reference, organisation_code="", step="search")
    assert 'value="water"' in text_of(found)
    assert typed_in(found, "note") == NOTE
    assert not TransferOffer.objects.exists()
    answer = fill(holder, held.reference)

    assert answer.url == f"/cases/{held.reference}/"
    shown = text_of(holder.get(answer.url))
    made = TransferOffer.objects.get()
    assert (made.reference, made.to_schema, made.note) == (held.reference, "a_water", NOTE)
    assert f"/transfers/{made.pk}/" in shown
    assert f"/transfers/offer/{held.reference}/" not in shown


def test_fs10_form_says_what_goes_along_and_who_has_the_clock(holder, held):
    page = text_of(holder.get(f"/transfers/offer/{held.reference}/"))

    assert "the messages, the files and the internal notes" in page
    assert "the case and its deadline stay with you" in page
    assert "Do not write the person&#x27;s name or their story here." in page


@pytest.mark.parametrize(
    "changes", [{"note": "Too short."}, {"reason": ""}, {"organisation_code": "no-such-body"}]
)
def test_fs10_form_with_a_fault_keeps_what_was_typed(changes, holder, held):
    page = fill(holder, held.reference, **changes)

    assert is_refused(page)
    assert typed_in(page, "note") == changes.get("note", NOTE)
    assert 'value="waterworks"' in text_of(page)
    assert not TransferOffer.objects.exists()


def test_fs10_stale_page_is_refused_and_loses_nothing(holder, held, roads):
    form = holder.get(f"/transfers/offer/{held.reference}/")
    with agency_context(roads):
        colleague = staff(roads, Role.SUPERVISOR, "colleague@roads.example")
        complaint_assign(
            reference=held.reference, officer=held.officer, actor=officer_actor(colleague)
        )

    page = fill(holder, held.reference, version=version_on(form))

    assert is_refused(page)
    assert typed_in(page, "note") == NOTE
    assert not TransferOffer.objects.exists()
    again = fill(holder, held.reference, version=version_on(page))
    assert again.status_code == 302
    assert TransferOffer.objects.count() == 1


def test_fs10_body_for_which_nobody_answers_is_named_in_a_letter(holder, held):
    page = fill(holder, held.reference, words="mills", organisation_code="mills")
    assert is_refused(page)
    assert "No administration answers for this body on the portal." in text_of(page)
    assert "a letter names it to the citizen" in text_of(page)

    letter = fill(holder, held.reference, words="mills", organisation_code="mills", step="letter")

    assert letter.url == f"/cases/{held.reference}/?write=direct#composer"
    begun = holder.get(f"/cases/{held.reference}/", {"write": "direct"})
    assert typed_in(begun, "explanation") == NOTE
    assert 'value="mills"' in text_of(begun)


def test_fs10_own_body_is_not_offered_to_oneself(holder, held):
    page = fill(holder, held.reference, words="", organisation_code="roads")

    assert is_refused(page)
    assert "Only bodies for which your own administration answers were found." in text_of(page)


def test_fs10_letter_to_a_body_on_the_portal_becomes_an_offer(holder, held):
    address = f"/cases/{held.reference}/direct/"
    form = holder.get(address)
    typed = {"words": "waterworks", "organisation_code": "water", "explanation": NOTE, **LETTER}

    led = holder.post(address, {**typed, "version": version_on(form), "step": "send"})

    assert led.url == f"/transfers/offer/{held.reference}/"
    page = holder.get(led.url)
    assert typed_in(page, "note") == NOTE
    assert 'value="water"' in text_of(page)
    ten_seconds_later(holder)
    assert holder.case(held.reference).status == Status.IN_PROGRESS
    assert [kind for kind, _body in sent(holder, held.reference)] == ["message"]
    fill(holder, held.reference)
    with agency_context(holder.agency):
        assert not CaseDraft.objects.exists()


def test_fs10_letter_needs_no_way_on_where_the_case_is_offered(holder, held):
    address = f"/cases/{held.reference}/direct/"
    typed = {"organisation_code": "water", "explanation": "", "way_on": "", "step": "check"}

    led = holder.post(address, {**typed, "version": version_on(holder.get(address))})

    assert led.url == f"/transfers/offer/{held.reference}/"


def test_fs10_letter_to_a_body_outside_the_portal_is_sent(holder, held):
    address = f"/cases/{held.reference}/direct/"
    typed = {"organisation_code": "mills", "explanation": NOTE, **LETTER, "step": "send"}

    answer = holder.post(address, {**typed, "version": version_on(holder.get(address))})
    ten_seconds_later(holder)

    assert answer.url == f"/cases/{held.reference}/"
    assert holder.case(held.reference).status == Status.INADMISSIBLE


def test_fs10_desk_is_shown_the_offer_first(holder, held, roads, water):
    Organisation.objects.create(
        code="orientation", kind="other", name_ar="مكتب", name_fr="Guichet", name_en="Desk",
        agency_code="roads",
    )  # fmt: skip
    page = text_of(holder.get(f"/cases/{held.reference}/"))

    assert page.index(f"/transfers/offer/{held.reference}/") < page.index('id="composer"')
    form = text_of(holder.get(f"/transfers/offer/{held.reference}/"))
    assert 'value="orientation" required id="id_reason_2" checked' in form or (
        'value="orientation"' in form and "checked" in form
    )


def test_case_is_offered_once_and_the_page_says_so(holder, held, water):
    offer(held.case, water)

    page = holder.get(f"/transfers/offer/{held.reference}/")

    assert "In its current state the case cannot be offered." in text_of(page)
    again = fill(holder, held.reference)
    assert is_refused(again)
    assert typed_in(again, "note") == NOTE


def test_fs10_colleague_who_does_not_hold_the_case_offers_nothing(held, roads):
    console = console_of(roads, Role.AGENT)
    path = f"/transfers/offer/{held.reference}/"

    assert console.get(path).status_code == 403
    assert console.post(path, {"note": NOTE}).status_code == 403
    assert path not in text_of(console.get(f"/cases/{held.reference}/"))


def test_fs10_case_that_comes_back_is_for_national_oversight(holder, held, receiver, roads, water):
    hand_over(held.case, water)
    Alias.objects.create(
        organisation=Organisation.objects.get(code="roads"), kind="name", text="roads",
        key=search_key("roads"), sound=sound_key("roads"),
    )  # fmt: skip

    answer = fill(receiver, held.reference, words="roads", organisation_code="roads")

    assert Arbitration.objects.get().reference == held.reference
    assert "National oversight was asked which administration is competent" in text_of(
        receiver.get(answer.url)
    )


def test_other_agencys_case_is_not_offered(held, receiver):
    path = f"/transfers/offer/{held.reference}/"

    assert receiver.get(path).status_code == 404
    assert receiver.post(path, {"note": NOTE}).status_code == 404
