"""What national oversight, and the passing of weeks, may do in the life of a request."""

from datetime import timedelta

from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access import gateway
from tenants.case_access.services.identity import identity_open
from tenants.case_access.services.reviews import review_ask, review_case, review_decide
from tenants.models import Review
from tenants.models.enums import ReviewDecision
from tests.support.custody import DECISION, OVERSEER

REASON = "Both replies speak of another lamp, in another street."


def citizen_asks_for_a_review(history):
    review_ask(token=history.one.token, reason=REASON)


def _review_waits(history):
    return Review.objects.filter(reference=history.one.reference, decision="").exists()


def oversight_reads(history):
    if not _review_waits(history):
        return False
    review_case(reference=history.one.reference, actor=OVERSEER)
    return True


def oversight_upholds(history):
    return _decided(history, ReviewDecision.UPHELD)


def oversight_sends_back(history):
    return _decided(history, ReviewDecision.SENT_BACK)


def _decided(history, decision):
    if not _review_waits(history):
        return False
    review_decide(reference=history.one.reference, decision=decision, text=DECISION, actor=OVERSEER)
    return True


def oversight_opens_the_identity(history):
    """Of a confidential request, while its citizen's review waits."""
    identity_open(reference=history.one.reference, actor=OVERSEER, reason=REASON)


def citizen_tells_of_the_promise(history):
    gateway.promise_report(token=history.one.token, kept=history.random.choice((True, False)))


def weeks_pass(history):
    """Nothing is done for some weeks but the hourly upkeep."""
    history.at += timedelta(days=history.random.choice((16, 31, 47, 62)))
    with clock.travel(history.at):
        return gateway.cases_maintain(agency=history.one.holder, actor=SYSTEM)


OVERSIGHT_ACTS = (
    citizen_asks_for_a_review, oversight_reads, oversight_upholds, oversight_sends_back,
    oversight_opens_the_identity, citizen_tells_of_the_promise, weeks_pass,
)  # fmt: skip
