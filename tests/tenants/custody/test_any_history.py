"""Random histories over four agencies: one holder, nobody else's data, no day lost."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest

from shared.complaints import services
from shared.complaints.enums import EventKind, Status
from shared.complaints.models import Complaint
from shared.complaints.types import PartyDraft, UploadedContent
from shared.complaints.types.custody import PartDraft
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from shared.register.models import RegisterCase
from shared.register.services import register_project, register_rebuild
from tenants.case_access import gateway
from tenants.custody.selectors import arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept, offer_refuse, offer_withdraw, offers_lapse
from tenants.custody.services.splits import case_split
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.isolation.sql import sql_column
from tenants.models import Agency, Route, TransferOffer
from tenants.models.enums import OfferState, TransferReason
from tests.support.custody import (
    DECISION,
    NOTE,
    OVERSEER,
    REFUSAL,
    hand_over,
    more_agencies,
    offer,
    request_filed,
)
from tests.support.factories import REPLY, officer_actor, organisation_of, staff

pytestmark = pytest.mark.django_db

PARTS, HISTORIES = 4, 5
STEPS = 30
# In everything that is the citizen's, or is written about them.
CANARY = "kanarienvogel"


@pytest.fixture
def agencies(roads, water):
    found = [roads, water, *more_agencies("health", "ports")]
    for one in found:
        organisation_of(one)
    return found


def schemas_that_say(text):
    """The schemas in any of whose tables a row says it, public included."""
    tables = (
        "SELECT format('SELECT %%L FROM %%I.%%I t WHERE t::text LIKE %%L LIMIT 1',"
        " schemaname, schemaname, tablename, %s) FROM pg_tables"
        " WHERE schemaname LIKE 'a\\_%%' OR schemaname = 'public' ORDER BY 1"
    )
    with as_owner():
        queries = sql_column(tables, f"%{text}%")
        return set(sql_column(" UNION ALL ".join(f"({one})" for one in queries)))


def holders(reference, agencies):
    found = []
    for agency in agencies:
        with agency_context(agency):
            rows = Complaint.objects.filter(reference=reference)
            found += [agency for row in rows if row.status != Status.TRANSFERRED]
    return found


class History:
    """One request and everybody who may do something to it."""

    def __init__(self, random, agencies, officers, word=CANARY):
        self.random, self.agencies, self.officers = random, agencies, officers
        self.word = word
        first = random.choice(agencies)
        self.one, self.other = self._filed(first), self._filed(first)
        self.parts: list[str] = []
        self.said = 0

    def _filed(self, agency):
        return request_filed(
            agency,
            subject=f"{self.word} in the street",
            body=f"{self.word} in my cellar",
            remedy=f"{self.word} away",
            party=PartyDraft(name=f"A {self.word}", email=f"{self.word}@example.org"),
        )

    def references(self):
        """The request, another one of the same person, and the parts of the first."""
        return [self.one.reference, self.other.reference, *self.parts]

    def merged(self, *, is_undone=False):
        with agency_context(self.one.holder):
            if is_undone:
                services.case_unmerge(reference=self.other.reference, actor=SYSTEM)
            else:
                services.case_merge(
                    reference=self.other.reference, into=self.one.reference, actor=SYSTEM
                )

    def split(self):
        made, _offered = case_split(
            agency=self.one.holder,
            reference=self.one.reference,
            part=PartDraft(subject=f"A {self.word}", body=f"Only the {self.word} in the street."),
            offer=OfferDraft(
                organisation_code=self.random.choice(self.agencies).code,
                reason=TransferReason.PLACE,
                note=NOTE,
            ),
            actor=SYSTEM,
        )
        self.parts.append(made)

    def holder_does(self, service, **arguments):
        officer = self.officers[self.one.holder.code]
        with agency_context(self.one.holder):
            service(
                reference=self.one.reference,
                officer=officer,
                actor=officer_actor(officer),
                **arguments,
            )

    def answers(self, act, agency, **arguments):
        rows = TransferOffer.objects.filter(
            reference__in=self.references(), state=OfferState.OFFERED
        )
        for row in rows:
            act(agency=agency(row), offer_id=row.pk, actor=SYSTEM, **arguments)

    def receiver(self, row):
        return Agency.objects.get(schema_name=row.to_schema)

    def sender(self, row):
        return Agency.objects.get(schema_name=row.from_schema)

    def citizen_writes(self):
        gateway.message_add(token=self.one.token, body=f"{self.word} again")
        self.said += 1

    def officer_writes(self):
        self.holder_does(services.officer_message_add, body=f"About your {self.word}")
        self.said += 1

    def decided(self):
        for waiting in arbitrations_waiting():
            arbitration_decide(
                reference=waiting.reference,
                organisation_code=self.random.choice(self.agencies).code,
                text=DECISION,
                actor=OVERSEER,
            )

    def acts(self):
        """What anybody may try next; much of it is refused in most states."""
        one, random = self.one, self.random
        return [
            lambda: offer(one, random.choice(self.agencies)),
            lambda: offer(one, random.choice(self.agencies)),
            self.split,
            self.merged,
            lambda: self.merged(is_undone=True),
            *[lambda: hand_over(one, random.choice(self.agencies))] * 4,
            lambda: self.answers(offer_accept, self.receiver),
            lambda: self.answers(offer_refuse, self.receiver, reason=REFUSAL),
            lambda: self.answers(offer_withdraw, self.sender),
            offers_lapse,
            self.decided,
            self.citizen_writes,
            self.officer_writes,
            lambda: self.holder_does(services.note_add, body=f"The {self.word} calls often."),
            lambda: self.holder_does(services.question_ask, body=f"Which {self.word}?"),
            lambda: gateway.attachment_add(
                token=one.token, upload=UploadedContent(name=f"{self.word}.txt", content=b"x")
            ),
            lambda: self.holder_does(services.complaint_reply, draft=REPLY),
            lambda: gateway.case_reopen(token=one.token, body=f"No, the {self.word} is there."),
            lambda: gateway.cases_upkeep(agency=one.holder, actor=SYSTEM),
        ]


def holder_of(reference):
    return Route.objects.select_related("agency").get(pk=reference).agency


def check(history):
    one, agencies = history.one, history.agencies
    for reference in history.references():
        assert holders(reference, agencies) == [holder_of(reference)]
    shown = one.shown()
    assert shown.body == f"{history.word} in my cellar"
    if shown.custody:
        end = shown.custody[-1].until or clock.today()
        days = (end - clock.civil_day(shown.received_at)).days
        assert sum(step.days for step in shown.custody) == days


def tallies():
    names = [field.name for field in RegisterCase._meta.concrete_fields if field.name != "id"]
    return sorted(RegisterCase.objects.values_list(*names), key=str)


@pytest.mark.parametrize("part", range(PARTS))
def test_after_any_history_one_agency_holds_the_whole_case(agencies, part):
    officers = {agency.code: staff(agency) for agency in agencies}
    moves = 0
    for seed in range(part * HISTORIES, (part + 1) * HISTORIES):
        history = History(Random(seed), agencies, officers, word=f"{CANARY}{seed:02}x")
        live_through(history)
        moves += len(history.one.shown().custody)
    assert moves > HISTORIES, "the histories try nothing"


def live_through(history):
    random, at = history.random, clock.now()
    for _step in range(STEPS):
        at += timedelta(days=random.choice((0, 0, 1, 2, 9)), hours=random.randrange(12))
        with clock.travel(at):
            with suppress(DomainError, AssertionError):
                random.choice(history.acts())()
            check(history)
    with clock.travel(at):
        assert schemas_that_say(history.word) == {
            holder_of(reference).schema_name for reference in history.references()
        }
        register_agrees(history.one, history.agencies)
        bodies = [message.body for message in history.one.shown().messages]
        said = (f"{history.word} again", f"About your {history.word}")
        assert sum(text in said for text in bodies) == history.said


def register_agrees(one, agencies):
    """What agencies announced and what they hold say the same, also after a rebuild."""
    while register_project(is_last=True):
        pass
    projected = tallies()
    for row in RegisterCase.objects.filter(reference=one.reference):
        agency = Agency.objects.get(code=row.agency_code)
        with agency_context(agency):
            assert Complaint.objects.get(reference=one.reference).status == row.status
    register_rebuild(
        schemas=[agency.schema_name for agency in agencies], events_of=gateway.outbox_events_of
    )
    assert tallies() == projected
    held = RegisterCase.objects.filter(reference=one.reference).exclude(
        status=EventKind.TRANSFERRED
    )
    assert [row.agency_code for row in held] == [one.holder.code]


def test_detector_of_personal_data_finds_a_leak(agencies):
    history = History(Random(0), agencies, {})
    stranger = next(agency for agency in agencies if agency != history.one.holder)
    with agency_context(stranger):
        services.label_create(name=f"The {CANARY} again")
    assert stranger.schema_name in schemas_that_say(CANARY)
