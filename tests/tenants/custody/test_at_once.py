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


def offered(one, receiver):
    return offer(one, receiver).pk


def token_of(one):
    return one.token


def state_of(offer_id):
    return TransferOffer.objects.get(pk=offer_id).state


def reply(agency, reference, officer):
    with agency_context(agency):
        services.complaint_reply(
            reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer)
        )


def ask(agency, reference, officer):
    with agency_context(agency):
        services.officer_message_add(
            reference=reference, body="We ask.", officer=officer, actor=SYSTEM
        )


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


@pytest.mark.all_cores
@pytest.mark.slow
def test_whoever_comes_first_nothing_is_lost_and_one_agency_holds_the_case(three):
    sender, receiver, _third = three
    officers = [
        in_thread(partial(staff, sender, email=f"once{number}@dunes.example")) for number in (1, 2)
    ]
    outcomes: Counter[tuple[str, str]] = Counter()
    for number in range(ROUNDS):
        one = in_thread(lambda: request_filed(sender))
        offer_id = in_thread(partial(offered, one, receiver))
        token = in_thread(partial(token_of, one))

        acts = {
            "accept": partial(offer_accept, agency=receiver, offer_id=offer_id, actor=SYSTEM),
            "write": partial(gateway.message_add, token=token, body="Hello?"),
            "note": partial(ask, sender, one.reference, officers[1]),
        }
        if number % 2:
            acts["reply"] = partial(reply, sender, one.reference, officers[0])
        done = dict(
            zip(acts, at_once(*(partial(refused_or, act) for act in acts.values())), strict=True)
        )
        holder, found = in_thread(partial(of_case, one.reference, [sender, receiver]))
        here = found.pop(holder)
        outcomes[holder, done.get("reply", "-")] += 1

        # The citizen is never refused, whoever holds the case; nothing is said twice.
        assert done["write"] == ""
        assert here[1]["Hello?"] == 1
        assert here[1]["We ask."] == (done["note"] == "")
        assert (done["accept"] == "") is (holder == receiver.schema_name)
        for statuses, texts in found.values():
            assert (set(statuses) <= {Status.TRANSFERRED}, texts) == (True, Counter())
        state = in_thread(partial(state_of, offer_id))
        assert state == ("accepted" if holder == receiver.schema_name else "ended")
    assert len(outcomes) > 1


@pytest.mark.all_cores
@pytest.mark.slow
def test_of_acceptance_refusal_and_withdrawal_one_counts(three):
    sender, receiver, _third = three
    for _number in range(ROUNDS):
        one = in_thread(lambda: request_filed(sender))
        id_ = in_thread(partial(offered, one, receiver))
        answers = (
            partial(offer_accept, agency=receiver, offer_id=id_, actor=SYSTEM),
            partial(offer_refuse, agency=receiver, offer_id=id_, reason=REFUSAL, actor=SYSTEM),
            partial(offer_withdraw, agency=sender, offer_id=id_, actor=SYSTEM),
        )
        done = at_once(*(partial(refused_or, one) for one in answers))
        assert sorted(done) == ["", "OfferAnswered", "OfferAnswered"]
        holder, _found = in_thread(partial(of_case, one.reference, [sender, receiver]))
        assert (holder == receiver.schema_name) is (done[0] == "")


@pytest.mark.all_cores
@pytest.mark.slow
def test_two_acceptances_of_one_offer_move_the_case_once(three):
    sender, receiver, _third = three
    one = in_thread(lambda: request_filed(sender))
    offer_id = in_thread(partial(offered, one, receiver))
    accept = partial(
        refused_or, lambda: offer_accept(agency=receiver, offer_id=offer_id, actor=SYSTEM)
    )
    assert sorted(at_once(accept, accept)) == ["", "OfferAnswered"]
