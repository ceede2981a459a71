"""However an agency stands towards the platform, its citizens are served exactly as before.

The table of neutrality is the oracle: each of its cells is tried for real.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.models import Complaint
from shared.kernel import clock
from shared.kernel.errors import DomainError
from shared.kernel.text import Wording
from shared.register.models import RegisterCase
from shared.register.services import register_project
from tenants.billing.enums import BillingStatus, Capability
from tenants.billing.models import Plan, Subscription
from tenants.billing.permissions.entitlements import GRACE, TABLE, billing_status
from tenants.case_access.services.receipt_codes import receipt_code_compute
from tenants.fleet.services import hosts
from tenants.fleet.services.lifecycle.acting_administration import acting_administration_start
from tenants.fleet.services.lifecycle.states import agency_archive, agency_rename, agency_suspend
from tenants.isolation.schema_switch import agency_context, start_in
from tenants.models import Agency, Route
from tests.public_portal.api.calls import Caller
from tests.public_portal.intake.journey import Citizen
from tests.public_portal.tracking.visits import Visitor, answer
from tests.support.factories import REPLY, filed, organisation_of, staff
from tests.support.moments import days_later
from tests.support.reviewed import refused_twice
from tests.support.sampling import repeats
from tests.support.sessions import open_session
from tests.tenants.fleet.lifecycle.people import ACTING_OFFICERS, OPERATOR, REASON
from tests.tenants.fleet.lifecycle.walk import (
    ON_THE_WAY,
    REVIEW,
    Step,
    address_of,
    addresses,
    taken_back,
    walk,
)

pytestmark = pytest.mark.django_db


def _cells(capability: Capability, number: int) -> list[Any]:
    """All cells of a row: first, by turns, one where it may be done and one where it may not."""
    found = list(BillingStatus)
    found = found[number % len(found) :] + found[: number % len(found)]
    may = [(capability, one) for one in found if one in TABLE[capability]]
    may_not = [(capability, one) for one in found if one not in TABLE[capability]]
    return repeats(may, keep=1) + repeats(may_not, keep=1)


CELLS = [cell for number, row in enumerate(Capability) for cell in _cells(row, number)]
# Addresses that no walk of a citizen with an agency comes to, and why.
PASSKEYS = "needs a device that signs: tests/public_portal/account/test_passkeys.py"
NOT_WALKED = {
    "typed-input": "what somebody types, kept in their session",
    "demo-sign-in": "only in the demonstration",
    "account:remove-passkey": PASSKEYS,
    "account:rename-passkey": PASSKEYS,
    "account:sign-in-by-passkey": PASSKEYS,
    "billing:take-event": "Stripe speaks there, and no citizen",
    "intake:send-code": "only over a limit: tests/public_portal/intake/test_limits.py",
    "tracking:object-part": "only of a split request: tests/public_portal/tracking/test_split.py",
    "api-tracking-object": "only of a split request: tests/public_portal/tracking/test_split.py",
    "api-tracking-joined": "only of joined requests: tests/public_portal/tracking/test_merged.py",
    "api-tracking-part": "only of a split request: tests/public_portal/tracking/test_split.py",
    "outbox-letter": "only in the demonstration",
    "outbox-letter-page": "only in the demonstration",
}
# The walk with an agency in order: the same for all that are held against it.
PAID: list[list[Step]] = []
# What a citizen sends: a walk that only looks would prove little.
SENT = {
    "intake:check-answers", "intake:add-files", "tracking:start", "tracking:add-message",
    "tracking:add-attachment", "tracking:rate-reply", "tracking:reopen-case",
    "tracking:withdraw-case", "tracking:ask-review", "tracking:tell-promise",
    "tracking:change-email", "tracking:prove-identity", "tracking:send-proof-link",
    "tracking:open-by-link", "tracking:rate-by-link",
    "tracking:tell-by-link", "tracking:file-by-link", "intake:carry-over",
    "tracking:prove-email", "tracking:prove-given-email", "intake:take-back-held",
    "account:adopt-complaint",
    "account:open-complaint", "api-complaints", "api-tracking", "api-tracking-messages",
    "api-tracking-files", "api-tracking-promise", "api-tracking-rating", "api-tracking-reopen",
    "api-tracking-review", "api-tracking-withdraw",
}  # fmt: skip


@dataclass
class Tried:
    """An agency in some standing, and its administrator; caretakers where it is taken over."""

    agency: Agency
    administrator: User
    stands: BillingStatus

    def console(self, email: str = "") -> Client:
        """A browser of the administrator, or of somebody else of that agency."""
        client = Client(headers={"host": f"{self.agency.code}.testserver"})
        with agency_context(self.agency):
            open_session(client, User.objects.get(email=email or self.administrator.email))
        start_in(None)
        return client

    def workers(self) -> Client:
        """A browser of somebody who works there now, if anybody does."""
        is_taken = self.stands is BillingStatus.TAKEN_OVER
        return self.console(ACTING_OFFICERS[0].email if is_taken else "")


def bring_to(agency: Agency, stands: BillingStatus) -> None:
    """Let an agency stand so, by the acts that bring it there."""
    today = clock.today()
    owes = {
        BillingStatus.GRACE: today - GRACE + timedelta(days=1),
        BillingStatus.LIMITED: today - GRACE,
    }
    if stands in owes:
        Agency.objects.filter(pk=agency.pk).update(owes_since=owes[stands])
    if stands is BillingStatus.SUSPENDED:
        agency_suspend(agency_code=agency.code, reason=REASON, actor=OPERATOR)
    if stands is BillingStatus.TAKEN_OVER:
        # Of the hardest kind: unpaid for long as well.
        Agency.objects.filter(pk=agency.pk).update(owes_since=today - GRACE * 3)
        acting_administration_start(
            agency_code=agency.code, reason=REASON, acting_officers=ACTING_OFFICERS, actor=OPERATOR
        )
    if stands is BillingStatus.ARCHIVED:
        agency_archive(
            agency_code=agency.code, reason=REASON, successor_code="water", actor=OPERATOR
        )
    agency.refresh_from_db()
    assert billing_status(agency, today=today) is stands


def submits(tried: Tried) -> bool:
    caller = Caller(Client(headers={"host": "testserver"}))
    page = caller.submit(organisation=organisation_of(tried.agency).code)
    return page.status_code == 201


def tracks(tried: Tried) -> bool:
    return opened(tried).see().status_code == 200


def writes(tried: Tried) -> bool:
    visitor = opened(tried)
    visitor.do("messages/", body="It is still dark.")
    with agency_context(tried.agency):
        return Complaint.objects.latest("pk").messages.count() == 1


def rates(tried: Tried) -> bool:
    visitor = opened(tried, is_answered=True)
    done = [
        visitor.do("rating/", resolved="no", handling="2"),
        visitor.do("reopen/", reason="not_done", body="Nothing was done."),
        visitor.do("withdraw/"),
    ]
    with answering(tried.agency):
        refused = refused_twice(tried.agency)
    visitor.open(refused.reference, refused.receipt_code)
    done.append(visitor.do("review/", reason=REVIEW))
    return {page.status_code for page in done} == {302}


def has_receipt(tried: Tried) -> bool:
    visitor = opened(tried)
    return {visitor.see(f"case/dossier.{kind}").status_code for kind in ("pdf", "json")} == {200}


def runs(tried: Tried) -> bool:
    """A term that passes while it stands so is late the day after, and oversight may be asked."""
    reference = earlier(tried).reference
    with clock.travel(days_later(61)):
        visitor = Visitor(Client(headers={"host": "testserver"}))
        visitor.open(reference, code_of(reference))
        asked = visitor.do("review/", reason=REVIEW)
        return asked.status_code == 302


def counted(tried: Tried) -> bool:
    reference = earlier(tried).reference
    while register_project(limit=1_000):
        pass
    page = Client(headers={"host": "testserver"}).get("/fr/statistics/")
    rows = RegisterCase.objects.filter(agency_code=tried.agency.code, reference=reference)
    return page.status_code == 200 and rows.exists()


def answers(tried: Tried) -> bool:
    reference = earlier(tried).reference
    page = tried.workers().get(f"/cases/{reference}/")
    return page.status_code == 200


def exports(tried: Tried) -> bool:
    return reached(tried.console().get("/leaving/").status_code)


def bills(tried: Tried) -> bool:
    return reached(tried.console().get("/billing/").status_code)


def adds_staff(tried: Tried) -> bool:
    given = {"name": "New", "email": "new@roads.example", "role": "agent"}
    tried.console().post("/staff/add/", given)
    with agency_context(tried.agency):
        return User.objects.filter(email="new@roads.example").exists()


def analyses(tried: Tried) -> bool:
    page = tried.workers().get("/reports/")
    return (
        page.status_code == 200
        and "is_limited" not in page.content.decode()
        and (not page.context.get("is_limited", False))
    )


def has_host(tried: Tried) -> bool:
    plan = Plan.objects.create(
        code="tried", kind="free", name_ar="x", name_fr="x", name_en="x", has_custom_host=True
    )
    Subscription.objects.update_or_create(agency=tried.agency, defaults={"plan": plan})
    return done(
        lambda: hosts.host_claim(
            agency_code=tried.agency.code, host="own.example.ma", is_allowed=True, actor=OPERATOR
        )
    )


def renames(tried: Tried) -> bool:
    names = Wording(ar="س", fr="V", en="W")
    return done(lambda: agency_rename(agency_code=tried.agency.code, names=names, actor=OPERATOR))


TRIES: dict[Capability, Callable[[Tried], bool]] = {
    Capability.SUBMIT: submits,
    Capability.TRACK: tracks,
    Capability.WRITE: writes,
    Capability.RATE: rates,
    Capability.RECEIPT: has_receipt,
    Capability.CLOCK: runs,
    Capability.FIGURES: counted,
    Capability.ANSWER: answers,
    Capability.EXPORT: exports,
    Capability.BILL: bills,
    Capability.ADD_STAFF: adds_staff,
    Capability.ANALYSIS: analyses,
    Capability.CUSTOM_HOST: has_host,
    Capability.RENAME: renames,
}


def done(act: Callable[[], object]) -> bool:
    try:
        act()
    except DomainError:
        return False
    return True


def reached(status: int) -> bool:
    """Neither the page of the closed console nor a refusal stands before it."""
    return status not in (403, 503)


def earlier(tried: Tried):
    """A request that the agency has, from before it stood so."""
    with agency_context(tried.agency):
        return Complaint.objects.earliest("pk")


def code_of(reference: str) -> str:
    """The receipt code of a request."""
    return receipt_code_compute(Route.objects.get(reference=reference))


def opened(tried: Tried, *, is_answered: bool = False) -> Visitor:
    """The space of a request that the agency has."""
    reference = earlier(tried).reference
    if is_answered:
        answer(tried.agency, reference, REPLY)
    visitor = Visitor(Client(headers={"host": "testserver"}))
    visitor.open(reference, code_of(reference))
    return visitor


@pytest.fixture
def stands(request, roads, water) -> Tried:
    """Roads with one request, brought to a standing; water could be asked in its place."""
    organisation_of(roads)
    organisation_of(water)
    administrator = staff(roads, Role.ADMINISTRATOR)
    standing_wanted: BillingStatus = request.param
    if standing_wanted is BillingStatus.ARCHIVED:
        bring_to(roads, standing_wanted)
        with answering(roads):
            filed(roads)
    else:
        filed(roads)
        bring_to(roads, standing_wanted)
    return Tried(roads, administrator, standing_wanted)


@contextmanager
def answering(agency: Agency) -> Iterator[None]:
    """New requests come to an agency, also when it is archived.

    As from a process that knew it as an active one for some seconds more.
    """
    organisation = organisation_of(agency)
    successor, organisation.agency_code = organisation.agency_code, agency.code
    organisation.save()
    yield
    organisation.agency_code = successor
    organisation.save()


def test_every_row_of_the_table_has_a_way_to_try_it():
    assert set(TRIES) == set(TABLE) == set(Capability)


@pytest.mark.parametrize(
    ("capability", "stands"), CELLS, indirect=["stands"], ids=lambda cell: str(cell)
)
def test_the_table_says_what_really_happens(capability, stands):
    assert TRIES[capability](stands) is (stands.stands in TABLE[capability])


def test_no_row_of_citizens_has_a_gap():
    citizens = list(Capability)[: list(Capability).index(Capability.ANSWER)]

    assert {capability: TABLE[capability] for capability in citizens} == dict.fromkeys(
        citizens, frozenset(BillingStatus)
    )


@pytest.fixture(scope="module")
def whole() -> set[str]:
    """Every address of the citizens' site that a walk must come to."""
    # Whoever asks for a workspace is an institution, and has none yet that could owe anything.
    citizens = {name for name in addresses() if not name.startswith("workspace_requests:")}
    return citizens - set(NOT_WALKED)


def paid(agency: Agency) -> list[Step]:
    """The walk with an agency in order."""
    organisation_of(agency)
    if not PAID:
        with taken_back():
            PAID.append(walk(agency))
    return PAID[0]


@pytest.mark.slow
def test_the_walk_of_a_citizen_leaves_no_address_out(roads, water, whole):
    log = paid(roads)

    assert whole - {name for name, _method, status in log if status < 400} == set()
    assert {name for name, method, status in log if method == "POST" and status < 400} >= SENT
    pages = {address_of(Citizen(Client()).url(step)) for step in ON_THE_WAY}
    assert {name for name, method, status in log if (method, status) == ("GET", 200)} >= pages
    assert set(NOT_WALKED) <= addresses()


@pytest.mark.slow
@pytest.mark.parametrize(
    "stands",
    [
        BillingStatus.LIMITED,
        BillingStatus.SUSPENDED,
        BillingStatus.ARCHIVED,
        BillingStatus.TAKEN_OVER,
    ],
    ids=str,
)
def test_at_no_address_a_citizen_meets_how_the_agency_stands(roads, water, stands):
    organisation_of(water)
    in_order = paid(roads)

    with taken_back():
        bring_to(roads, stands)
        # New requests go to a successor, if there is one; this walk is at those that it has.
        with answering(roads):
            walked = walk(roads)

    assert walked == in_order
    assert not any(status >= 500 for _name, _method, status in walked)
