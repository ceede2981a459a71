"""A process that takes a case over is killed before each statement: no case is lost or doubled."""

import pytest

from shared.audit.models import AuditEntry
from shared.complaints import services
from shared.complaints.enums import Status
from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note, Party
from shared.complaints.types import UploadedContent
from shared.files.upload_storage import file_read
from shared.kernel.actors import SYSTEM
from shared.register.models import RegisterOutbox
from tenants.case_access import gateway
from tenants.case_access.errors import CaseOnItsWay
from tenants.case_access.services import routes
from tenants.custody.services import moves
from tenants.custody.services.offers import offer_accept
from tenants.custody.tasks import complete_moves
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseMove, FileRelease, Route, TransferOffer
from tests.support.custody import offer, request_filed
from tests.support.factories import staff
from tests.support.processes import KILLED, in_child
from tests.support.turns import SHARES, each_share
from tests.tenants.isolation.committed import in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STORY = "My cellar is under water since the works."


def begun(sender, receiver, email):
    """A case with something of everything, and the offer that waits."""
    one = request_filed(sender, body=STORY)
    officer = staff(sender, email=email)
    with agency_context(sender):
        services.note_add(reference=one.reference, body="A note.", officer=officer, actor=SYSTEM)
        services.officer_message_add(
            reference=one.reference, body="We look at it.", officer=officer, actor=SYSTEM
        )
    gateway.message_add(token=one.token, body="Please do.")
    gateway.attachment_add(
        token=one.token, upload=UploadedContent(name="cellar.txt", content=b"water")
    )
    return one, offer(one, receiver).pk


def rows_in(agency, reference):
    """How much of a case an agency has: its status, whether its story is there, rows by table."""
    with agency_context(agency):
        case = Complaint.objects.filter(reference=reference).first()
        if case is None:
            return None
        about = {
            model.__name__: model._default_manager.filter(complaint=case).count()
            for model in (Message, Note, Attachment, ComplaintEvent)
        }
        about["accepted"] = AuditEntry.objects.filter(
            action="transfer.accepted", subject=reference
        ).count()
        # Each file is at the place of its row, whenever a process dies.
        about["bytes"] = [file_read(row.path) for row in Attachment.objects.filter(complaint=case)]
        person = Party.objects.get(complaint=case).name
        return case.status, case.body == STORY, person, about


def state(one, offer_id, agencies):
    offered = TransferOffer.objects.get(pk=offer_id).state
    route = Route.objects.get(pk=one.reference).agency_id
    announced = RegisterOutbox.objects.filter(reference=one.reference).count()
    is_moving = CaseMove.objects.filter(pk=one.reference).exists()
    parts = [rows_in(agency, one.reference) for agency in agencies]
    return offered, route, announced, is_moving, parts


@each_share
def test_killed_before_any_statement_the_case_is_whole_here_or_whole_there(three, settings, share):
    settings.ADDRESS_BOOK_SECONDS = 0
    sender, receiver, _third = three
    one, offer_id = in_thread(lambda: begun(sender, receiver, f"whole{share}@dunes.example"))

    def look():
        return in_thread(lambda: state(one, offer_id, [sender, receiver]))

    def accept():
        offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM)

    before, killed = look(), share
    # Once it is committed, what is left to do is to delete the places that its files have left.
    left = FileRelease.objects.filter(reference=one.reference)
    while in_child(accept, die_before=killed) == KILLED and not left.exists():
        assert look() == before, f"before statement {killed}"
        killed += SHARES

    assert killed > 30
    assert_moved(before, look(), receiver)


def complete():
    return complete_moves.func(_schema="public")  # type: ignore[call-arg]


def assert_moved(before, after, receiver):
    offered, route, announced, is_moving, (left, got) = after
    assert (offered, route, is_moving) == ("accepted", receiver.schema_name, False)
    assert left[:3] == (Status.TRANSFERRED, False, "")
    assert {name: left[3][name] for name in ("Message", "Note", "Attachment")} == dict.fromkeys(
        ("Message", "Note", "Attachment"), 0
    )
    assert got[:3] == (Status.RECEIVED, True, "Test Person")
    was = before[4][0][3]
    assert (got[3]["bytes"], left[3]["bytes"]) == ([b"water"], [])
    assert {name: got[3][name] for name in ("Message", "Note", "Attachment")} == {
        name: was[name] for name in ("Message", "Note", "Attachment")
    }
    assert (left[3]["accepted"], got[3]["accepted"]) == (0, 1)
    assert announced == before[2] + 2


@each_share
def test_in_a_cluster_a_killed_move_is_completed_from_the_encrypted_case(
    three, settings, monkeypatch, share
):
    settings.ADDRESS_BOOK_SECONDS = 0
    for module in (moves, routes):
        monkeypatch.setattr(module, "is_cluster", lambda: True)
    sender, receiver, _third = three
    one, offer_id = in_thread(lambda: begun(sender, receiver, f"cluster{share}@dunes.example"))
    token = in_thread(lambda: one.token)

    def look():
        return in_thread(lambda: state(one, offer_id, [sender, receiver]))

    def accept():
        offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM)

    before, killed = look(), share
    while in_child(accept, die_before=killed) == KILLED and not look()[3]:
        assert look() == before, f"before statement {killed}"
        killed += SHARES
    # The sender's part is committed: nobody reads the case, and nothing of it is lost.
    on_its_way = look()
    assert (on_its_way[1], on_its_way[4][0][:2], on_its_way[4][1]) == (
        sender.schema_name,
        (Status.TRANSFERRED, False),
        None,
    )
    assert STORY.encode() not in in_thread(lambda: bytes(CaseMove.objects.get().sealed))

    def write():
        with pytest.raises(CaseOnItsWay):
            gateway.message_add(token=token, body="Still there?")

    in_thread(write)

    killed = share
    while in_child(complete, die_before=killed) == KILLED:
        assert look() == on_its_way, f"before statement {killed} of the second part"
        killed += SHARES

    assert killed > 15
    assert_moved(before, look(), receiver)
    assert in_thread(complete) == 0


def test_in_a_cluster_a_move_that_nothing_disturbs_is_complete_at_once(three, monkeypatch):
    for module in (moves, routes):
        monkeypatch.setattr(module, "is_cluster", lambda: True)
    sender, receiver, _third = three
    one, offer_id = in_thread(lambda: begun(sender, receiver, "calm@dunes.example"))
    before = in_thread(lambda: state(one, offer_id, [sender, receiver]))
    in_thread(lambda: offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM))
    assert_moved(before, in_thread(lambda: state(one, offer_id, [sender, receiver])), receiver)
