"""Every page that shows a part says that an officer wrote its text, and whose officer that was."""

from datetime import timedelta

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.complaints.services import complaint_assign
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.references import reference_group
from tenants.case_access import gateway
from tenants.case_access.services.reviews import review_ask
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import lines_on, text_of
from tests.agency_console.test_approval import press, the_draft
from tests.agency_console.transfers.conftest import console_of
from tests.public_portal.account.door import Account
from tests.public_portal.oversight.conftest import analyst, anybody, signed_in
from tests.support.custody import Moving, arbitration_kept, request_filed
from tests.support.factories import draft, filed, officer_actor, staff
from tests.support.parts import WHOLE, accept, answer, part_token, split
from tests.support.reviewed import REASON

__all__ = ["analyst", "anybody", "signed_in"]

pytestmark = pytest.mark.django_db

# Longer ago than the legal term: the citizen may ask for a review of a request without a reply.
LATE = timedelta(days=70)
MARK = "An officer of Roads wrote this subject and this text, not the citizen."
TO_CITIZEN = "An officer of Roads wrote this subject and this text, not you."
OF_CITIZEN = "What the citizen wrote"
PARTLY = "This part has its answer. Others still wait for theirs."


def cut_out(one, water):
    """The reference of a part that the second agency has accepted."""
    part = split(one, water)
    accept(part, water)
    return part


@pytest.fixture
def cut(roads, water):
    """A request that waits for its reply too long, and the part that was cut out of it."""
    with clock.travel(clock.now() - LATE):
        one = request_filed(roads, body=WHOLE)
        return one, cut_out(one, water)


def waiting(agency, reference):
    """The number of a reply that waits for a supervisor."""
    Agency.objects.filter(pk=agency.pk).update(needs_approval=True)
    officer = staff(agency, Role.AGENT)
    with agency_context(agency):
        complaint_assign(reference=reference, officer=officer, actor=officer_actor(officer))
    writer = console_of(agency, user=officer)
    press(writer, reference)
    return the_draft(writer).pk


def test_console_marks_the_words_of_an_officer_in_a_part(cut, water):
    _one, part = cut
    own = filed(water).reference
    console = console_of(water)
    paths = {
        "case": f"/cases/{part}/",
        "preview": f"/inbox/cases/{part}/preview/",
        "approval": f"/cases/approvals/{waiting(water, part)}/",
        "case of the citizen's words": f"/cases/{own}/",
        "preview of the citizen's words": f"/inbox/cases/{own}/preview/",
    }

    pages = {name: text_of(console.get(path)) for name, path in paths.items()}
    lines = lines_on(console.get("/?view=open"))

    assert {name: (page.count(MARK), OF_CITIZEN in page) for name, page in pages.items()} == {
        "case": (2, False),
        "preview": (1, False),
        "approval": (1, False),
        "case of the citizen's words": (0, True),
        "preview of the citizen's words": (0, False),
    }
    marked = [line for line in lines if "part, words of an officer" in line]
    assert [f'id="row-{part}"' in line for line in marked] == [True]
    assert len(lines) == 2


def test_oversight_reads_whose_words_a_part_has(cut, water, analyst):
    one, part = cut
    for token in (one.token, part_token(one, part)):
        review_ask(token=token, reason=REASON)
    arbitration_kept(part, water)
    paths = (f"/reviews/{part}/", f"/competence/{part}/", f"/reviews/{one.reference}/")

    pages = [analyst.get(path, headers={"accept-language": "en"}).text for path in paths]

    assert [(page.count(MARK), OF_CITIZEN in page) for page in pages] == [
        (2, False),
        (2, False),
        (0, True),
    ]


def cards(account):
    """What the account says of each request, by its reference as the page shows it."""
    page = account.see().content.decode()
    return page.partition('<ul class="plain-list request-list">')[2].split('<li class="card">')[1:]


def test_account_says_whose_words_a_part_has_and_how_much_is_answered(roads, water):
    account = Account(client=Client(headers={"host": "testserver"}), email="mine@example.org")
    account.open()
    receipt = gateway.complaint_file(
        draft=draft(roads, body=WHOLE), actor=CITIZEN, owner_id=account.user().pk
    )
    part = cut_out(Moving(receipt.reference, receipt.receipt_code), water)

    answer(receipt.reference, roads)
    of_part, of_whole = cards(account)
    answer(part, water)
    _of_part, in_the_end = cards(account)

    assert reference_group(part) in of_part
    assert (TO_CITIZEN in of_part, TO_CITIZEN in of_whole) == (True, False)
    assert [text in of_whole for text in (PARTLY, "1 of 2 parts answered.")] == [True, True]
    assert [text in in_the_end for text in (PARTLY, "All parts are answered.")] == [False, True]
