"""No page of the citizen names an officer, whatever the history says inside the agency."""

import html

import pytest

from shared.accounts.models import User
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.services import complaint_assign, complaint_reply
from tenants.isolation.schema_switch import agency_context
from tests.shared.pdf.sheets import words
from tests.support.factories import REPLY, officer_actor, staff

pytestmark = pytest.mark.django_db

NAME = "Anass Chraibi"


@pytest.mark.parametrize("is_answered", [False, True])
def test_no_page_of_a_request_names_who_got_it(visitor, receipt, roads, is_answered):
    officer = staff(roads)
    with agency_context(roads):
        User.objects.filter(pk=officer.pk).update(name=NAME)
        officer.name = NAME
        hand = officer_actor(officer)
        complaint_assign(reference=receipt.reference, officer=officer, actor=hand)
        if is_answered:
            complaint_reply(reference=receipt.reference, draft=REPLY, officer=officer, actor=hand)
        kept = [one.assigned_to for one in case_events(complaint_get(reference=receipt.reference))]
    visitor.open(receipt.reference, receipt.receipt_code)

    pages = [
        html.unescape(visitor.see(path).content.decode())
        for path in ("", "?show=history", "case/dossier.json")
    ]
    pages.append(words(visitor.see("case/dossier.pdf").content))

    assert NAME in kept
    assert [NAME in page for page in pages] == [False] * 4
