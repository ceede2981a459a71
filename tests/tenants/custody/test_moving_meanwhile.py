"""What a citizen does at the moment at which the request goes to another agency."""

import pytest

from shared.complaints.types import UploadedContent
from shared.kernel.actors import SYSTEM
from shared.mail.enums import MailFailure
from shared.mail.models import Mail
from tenants.case_access import gateway
from tenants.case_access.errors import CaseOnItsWay
from tenants.case_access.services import routes
from tenants.case_access.services.email_proofs import email_proved
from tenants.custody.services import moves, offers
from tenants.custody.services.offers import offer_accept
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseMove, Route
from tests.support.custody import hand_over, offer, request_filed

pytestmark = pytest.mark.django_db


def test_letters_held_for_a_proof_leave_from_the_agency_that_has_the_request_now(roads, water):
    one = request_filed(roads)
    Route.objects.update(is_email_proved=False)
    # Read before the move, as by whoever waits for it.
    route = Route.objects.select_related("agency").get(pk=one.reference)
    with agency_context(roads):
        Mail.objects.update(failed_at=route.created_at, failure=MailFailure.UNPROVED)
    hand_over(one, water)
    with agency_context(water):
        assert Mail.objects.filter(failure=MailFailure.UNPROVED).exists()

    email_proved(route=route)

    with agency_context(water):
        assert not Mail.objects.filter(failure=MailFailure.UNPROVED).exists()


def test_file_for_a_request_on_its_way_is_put_off_and_not_refused(roads, water, monkeypatch):
    for module in (moves, routes):
        monkeypatch.setattr(module, "is_cluster", lambda: True)
    one = request_filed(roads)
    made, token = offer(one, water), one.token
    # As after a crash between both parts.
    monkeypatch.setattr(offers, "move_settle", lambda **_moved: None)
    offer_accept(agency=water, offer_id=made.pk, actor=SYSTEM)
    assert CaseMove.objects.filter(pk=one.reference).exists()
    upload = UploadedContent(name="cellar.txt", content=b"water")

    with pytest.raises(CaseOnItsWay):
        gateway.attachment_add(token=token, upload=upload)

    moves.move_complete(reference=one.reference)
    gateway.attachment_add(token=token, upload=upload)
    assert [file.name for file in one.shown().attachments] == ["cellar.txt"]
