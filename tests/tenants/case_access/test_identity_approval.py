"""An identity for a court: asked for by one person, agreed to by another, opened once."""

from datetime import timedelta

import pytest

from shared.complaints.enums import Privacy
from shared.kernel import clock
from tenants.approvals.errors import (
    ApprovalAskedAlready,
    ApprovalNotFound,
    SecondPersonNeeded,
)
from tenants.approvals.services import approval_withdraw, approvals_prune
from tenants.case_access.services.identity import identity_ask
from tenants.models import ApprovalRequest, IdentityOpening
from tenants.models.enums import ApprovalKind
from tests.support.factories import filed
from tests.tenants.case_access.test_identity import (
    ANALYST,
    COLLEAGUE,
    COURT,
    REASON,
    WHO,
    agree,
    ask_for_court,
    open_agreed,
)
from tests.tenants.fleet.lifecycle.people import read_approval

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(roads):
    """A confidential request."""
    return filed(roads, privacy=Privacy.CONFIDENTIAL, party=WHO)


def test_one_person_alone_opens_nothing_for_a_court(hidden):
    ask_for_court(hidden.reference)

    with pytest.raises(SecondPersonNeeded):
        agree(hidden.reference, ANALYST)
    with pytest.raises(ApprovalNotFound):
        open_agreed(hidden.reference)

    assert IdentityOpening.objects.count() == 0


@pytest.mark.parametrize("who", [COLLEAGUE, ANALYST])
def test_what_was_agreed_to_opens_once_and_for_the_asker_alone(hidden, who):
    ask_for_court(hidden.reference)
    agree(hidden.reference)
    if who is ANALYST:
        open_agreed(hidden.reference, who)

    with pytest.raises(ApprovalNotFound):
        open_agreed(hidden.reference, who)

    assert IdentityOpening.objects.count() == (who is ANALYST)


def test_after_seven_days_what_was_agreed_to_is_void(hidden):
    ask_for_court(hidden.reference)
    agree(hidden.reference)

    with clock.travel(clock.now() + timedelta(days=7, seconds=1)):
        with pytest.raises(ApprovalNotFound):
            open_agreed(hidden.reference)
        assert approvals_prune() == 1

    assert [row.arguments for row in ApprovalRequest.objects.all()] == [{}]


def test_what_was_withdrawn_can_be_asked_for_again_and_not_twice_at_once(hidden):
    asking = {"reference": hidden.reference, "reason": REASON, "court_reference": COURT}
    identity_ask(**asking, actor=ANALYST)
    with pytest.raises(ApprovalAskedAlready):
        identity_ask(**asking, actor=COLLEAGUE)

    read = read_approval(ApprovalKind.IDENTITY, hidden.reference)
    approval_withdraw(
        kind=ApprovalKind.IDENTITY, subject=hidden.reference, approval_id=read, actor=COLLEAGUE
    )
    identity_ask(**asking, actor=COLLEAGUE)

    assert ApprovalRequest.objects.filter(withdrawn_at=None).count() == 1
