"""What must be true of a request after each step of its life, whatever the step was.

Rows are those of all tables of all schemas, files all that the citizen is shown, letters all that
wait, figures all lines of the register: a new one is looked at without a word here. Doors are
listed, and ``test_things.py`` fails where one is added that is not tried.
"""

from collections.abc import Callable, Mapping

import pytest

from shared.complaints.enums import Privacy
from shared.complaints.types import PublicCase
from shared.kernel.errors import DomainError
from shared.mail.models import Mail
from shared.mail.permissions.mail_kinds import STAFF_LETTERS
from shared.register.models import RegisterCase
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.reviews import review_case
from tenants.custody.services.arbitration import arbitration_file
from tenants.isolation.schema_switch import agency_context
from tenants.models import Arbitration, Review, Route
from tenants.models.enums import LinkPurpose, TokenScope
from tests.support.custody import OVERSEER, schemas_that_say
from tests.tenants.custody import test_any_history
from tests.tenants.custody.part_acts import cut_by
from tests.tenants.custody.random_acts import History

CONTENT = b"x"


def check(history: History, has_rows: bool) -> None:
    """All of it; ``has_rows``: the tables of all schemas too."""
    files(history, test_any_history.check(history))
    for one in (letters, figures, *KEYS.values(), by_the_mailbox, of_oversight):
        one(history)
    if has_rows:
        rows(history)


def rows(history: History) -> None:
    """The words of the person stand with the holders of the requests, and in no other schema."""
    holders = {route.agency.schema_name for route in _routes(history)}

    assert schemas_that_say(history.word) == holders


def files(history: History, shown: PublicCase) -> None:
    """The files are read by their citizen with the bytes that were sent: the first and the last."""
    token = history.one.token
    for one in {*shown.attachments[:1], *shown.attachments[-1:]}:
        content = gateway.attachment_read(token=token, attachment_id=str(one.id))
        assert content.content == CONTENT


def letters(history: History) -> None:
    """What has not left waits with the holder, and is for the person or the holder's officers."""
    holders = {route.reference: route.agency.schema_name for route in _routes(history)}
    for agency in history.agencies:
        with agency_context(agency):
            waiting = Mail.objects.filter(sent_at=None, failed_at=None)
            for one in waiting.filter(reference__in=holders):
                if one.letter in STAFF_LETTERS:
                    assert one.to.endswith(f"@{agency.code}.example"), one.letter
                    continue
                where = (one.letter, one.to, agency.code, holders[one.reference])
                assert holders[one.reference] == agency.schema_name, where
                known = (history.word, history.owner)
                assert one.to == "" or any(word in one.to for word in known), where


def figures(history: History) -> None:
    """The register has a line of each request where it is; of a part, where it was taken over."""
    for route in _routes(history):
        rows = RegisterCase.objects.filter(reference=route.reference)
        if route.reference in history.parts:
            assert not rows.filter(agency_code=cut_by(route.reference)).exists(), route.reference
            if route.agency.code == cut_by(route.reference):
                continue
        row = rows.filter(agency_code=route.agency.code).first()
        assert row is not None, route.reference
        assert row.status != "transferred", route.reference


def by_receipt(history: History) -> None:
    token = history.one.token

    assert gateway.token_detail(token=token).scope == TokenScope.FULL


def by_address(history: History) -> None:
    """Number and address open a named request, and decide nothing, while no other agency knows."""
    is_open = history.privacy == Privacy.NAMED and not is_known_elsewhere(history)
    given = {"reference": history.one.reference, "kind": KeyKind.EMAIL, "value": _address(history)}
    if is_open:
        token = gateway.tracking_open(**given).token
        assert gateway.token_detail(token=token).scope == TokenScope.WRITE
    else:
        with pytest.raises(DomainError):
            gateway.tracking_open(**given)


def by_the_mailbox(history: History) -> None:
    """The link of a letter opens the request, whoever holds it."""


def of_oversight(history: History) -> None:
    """Oversight reads while it has to decide, and no longer."""
    reference = history.one.reference
    waits = Review.objects.filter(reference=reference, decision="").exists()
    asked = Arbitration.objects.filter(reference=reference, decided_at=None).exists()
    for is_open, read in ((waits, review_case), (asked, arbitration_file)):
        if is_open:
            continue
        with pytest.raises(DomainError):
            read(reference=reference, actor=OVERSEER)


def is_known_elsewhere(history: History) -> bool:
    """Whether an agency that does not hold the request has had it."""
    return Route.objects.get(pk=history.one.reference).is_known_elsewhere


def _address(history: History) -> str:
    return history.email


def _routes(history: History) -> list[Route]:
    rows = Route.objects.select_related("agency")
    return list(rows.filter(pk__in=history.references()))


KEYS: Mapping[KeyKind, Callable[[History], None]] = {
    KeyKind.EMAIL: by_address,
    KeyKind.RECEIPT: by_receipt,
}
# A link either opens the request, or does what one of the acts is.
LINKS: Mapping[LinkPurpose, str] = {
    LinkPurpose.OPEN: "a door",
    LinkPurpose.RATE: "rated",
    LinkPurpose.PROMISE: "promise_told",
    LinkPurpose.FILE: "received",
    LinkPurpose.OLD_EMAIL: "email_changed",
    LinkPurpose.NEW_EMAIL: "email_changed",
    LinkPurpose.GIVEN_EMAIL: "a door",
}
