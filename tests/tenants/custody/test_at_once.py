"""Two officers, the citizen and the receiver act at the same moment, each on a connection."""

from collections import Counter
from functools import partial

import pytest

from shared.complaints import services
from shared.complaints.enums import Status
from shared.complaints.models import Complaint, Message
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.case_access import gateway
from tenants.custody.services.offers import offer_accept, offer_refuse, offer_withdraw
from tenants.isolation.schema_switch import agency_context
from tenants.models import Route, TransferOffer
from tests.support.custody import REFUSAL, offer, request_filed
from tests.support.factories import REPLY, officer_actor, staff
from tests.tenants.isolation.committed import at_once, in_thread

pytestmark = pytest.mark.django_db

ROUNDS = 12


def refused_or(act):
    """Do it; the name of the refusal, or "" where it was done. Nothing else may happen."""
    try:
        act()
    except DomainError as refusal:
        return type(refusal).__name__
    return ""


def of_case(reference, agencies):
    """Who holds the case by its route, and of each agency its status and messages."""
    found = {}
    for agency in agencies:
        with agency_context(agency):
            rows = Complaint.objects.filter(reference=reference)
            texts = Message.objects.filter(complaint__reference=reference)
            found[agency.schema_name] = (
                [row.status for row in rows],
                Counter(texts.values_list("body", flat=True)),
            )
    return Route.objects.get(pk=reference).agency_id, found


def test_whoever_comes_first_nothing_is_lost_and_one_agency_holds_the_case(three):
    sender, receiver, _third = three
    officers = [
        in_thread(partial(staff, sender, email=f"once{number}@dunes.example")) for number in (1, 2)
    ]
    outcomes = Counter()
    for number in range(ROUNDS):
        one = in_thread(lambda: request_filed(sender))
        offer_id = in_thread(lambda one=one: offer(one, receiver).pk)
        token = in_thread(lambda one=one: one.token)

        def reply(one=one):
            with agency_context(sender):
                services.complaint_reply(
                    reference=one.reference,
                    draft=REPLY,
                    officer=officers[0],
                    actor=officer_actor(officers[0]),
                )

        def note(one=one):
            with agency_context(sender):
                services.officer_message_add(
                    reference=one.reference, body="We ask.", officer=officers[1], actor=SYSTEM
                )

        acts = {
            "accept": lambda id_=offer_id: offer_accept(
                agency=receiver, offer_id=id_, actor=SYSTEM
            ),
            "write": lambda token=token: gateway.message_add(token=token, body="Hello?"),
            "note": note,
        }
        if number % 2:
            acts["reply"] = reply
        done = dict(
            zip(acts, at_once(*(partial(refused_or, act) for act in acts.values())), strict=True)
        )
        holder, found = in_thread(lambda one=one: of_case(one.reference, [sender, receiver]))
        here = found.pop(holder)
        outcomes[holder, done.get("reply", "-")] += 1

        # The citizen is never refused, whoever holds the case; nothing is said twice.
        assert done["write"] == ""
        assert here[1]["Hello?"] == 1
        assert here[1]["We ask."] == (done["note"] == "")
        assert (done["accept"] == "") is (holder == receiver.schema_name)
        for statuses, texts in found.values():
            assert (set(statuses) <= {Status.TRANSFERRED}, texts) == (True, Counter())
        state = in_thread(lambda id_=offer_id: TransferOffer.objects.get(pk=id_).state)
        assert state == ("accepted" if holder == receiver.schema_name else "ended")
    assert len(outcomes) > 1


def test_of_acceptance_refusal_and_withdrawal_one_counts(three):
    sender, receiver, _third = three
    for _number in range(ROUNDS):
        one = in_thread(lambda: request_filed(sender))
        id_ = in_thread(lambda one=one: offer(one, receiver).pk)
        done = at_once(
            lambda id_=id_: refused_or(
                lambda: offer_accept(agency=receiver, offer_id=id_, actor=SYSTEM)
            ),
            lambda id_=id_: refused_or(
                lambda: offer_refuse(agency=receiver, offer_id=id_, reason=REFUSAL, actor=SYSTEM)
            ),
            lambda id_=id_: refused_or(
                lambda: offer_withdraw(agency=sender, offer_id=id_, actor=SYSTEM)
            ),
        )
        assert sorted(done) == ["", "OfferAnswered", "OfferAnswered"]
        holder, _found = in_thread(lambda one=one: of_case(one.reference, [sender, receiver]))
        assert (holder == receiver.schema_name) is (done[0] == "")


def test_two_acceptances_of_one_offer_move_the_case_once(three):
    sender, receiver, _third = three
    one = in_thread(lambda: request_filed(sender))
    offer_id = in_thread(lambda: offer(one, receiver).pk)
    accept = partial(
        refused_or, lambda: offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM)
    )
    assert sorted(at_once(accept, accept)) == ["", "OfferAnswered"]
