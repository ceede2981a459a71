"""One request, and what anybody may try to do to it at random."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.errors import TextBeingSent
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_require, case_draft_send
from agency_console.casework.services.drafts import case_draft_file_attach, case_draft_save
from shared.complaints import services
from shared.complaints.enums import Privacy
from shared.complaints.models import Complaint
from shared.complaints.types import InterimDraft, PartyDraft, UploadedContent
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.case_access import gateway
from tenants.case_access.services.both_mine import both_mine_ask
from tenants.custody.selectors import arbitrations_waiting
from tenants.custody.services.arbitration import arbitration_decide
from tenants.custody.services.offers import offer_accept, offer_refuse, offer_withdraw, offers_lapse
from tenants.fleet.services.lifecycle.states import agency_reactivate, agency_suspend
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, TransferOffer
from tenants.models.enums import AgencyState, OfferState
from tests.support.custody import DECISION, OVERSEER, REFUSAL, Moving, offer, request_filed
from tests.support.factories import REPLY, officer_actor
from tests.tenants.custody.approval_acts import (
    analyst_reads,
    supervisor_approves_and_a_case_joins_or_leaves,
)
from tests.tenants.custody.citizen_acts import (
    account_adopts,
    account_changes_the_address,
    account_erased,
    citizen_changes_the_address,
    citizen_files_again,
    citizen_opens_by_link,
    citizen_rates,
    citizen_reopens,
    citizen_says_both_are_theirs,
    citizen_sends_a_file,
    citizen_withdraws,
    citizen_writes,
    printed_code_replaced,
    printed_code_tried_again,
    somebody_comes_back,
    somebody_guesses_addresses,
    somebody_tries_the_address,
)
from tests.tenants.custody.forged_acts import holder_forges
from tests.tenants.custody.part_acts import (
    part_answered,
    part_given_back,
    part_objected,
    split,
    split_again,
)


class History:
    """One request and everybody who may do something to it.

    ``word`` is in everything that is the citizen's, or is written about them; ``owner`` is in what
    an account of the citizen says of them.
    """

    def __init__(
        self, random, agencies, people, *, word, owner="kontoinhaber", privacy=Privacy.NAMED
    ):
        self.random, self.agencies, self.people = random, agencies, people
        self.word, self.owner = word, owner
        self.first, self.email = random.choice(agencies), f"{word}@example.org"
        self.privacy = privacy
        self.one, self.other = self.request_filed(self.first), self.request_filed(self.first)
        # Further requests of the same person, and parts of the first one.
        self.parts: list[str] = []
        self.earlier: list[str] = []
        self.said = self.addresses = 0
        self.at = clock.now()
        self.account = None
        # Visits that number and e-mail address have opened.
        self.tokens: list[tuple[str, str]] = []
        # What an officer has printed, and what the citizen has taken in its place.
        self.printed: list[tuple[Moving, Moving]] = []
        self.done: Counter[str] = Counter()
        # Who really held it, as it was seen after each act, and who wrote which forged word.
        self.held_by = [self.first.code]
        self.forged: dict[str, str] = {}

    def request_filed(self, agency):
        return request_filed(
            agency,
            subject=f"{self.word} in the street",
            body=f"{self.word} in my cellar",
            remedy=f"{self.word} away",
            privacy=self.privacy,
            party=PartyDraft(name=f"A {self.word}", email=self.email),
        )

    def holder_noted(self):
        """Whoever holds the first request now, noted where it is another one than before."""
        if (code := self.one.holder.code) != self.held_by[-1]:
            self.held_by.append(code)

    def references(self):
        """The request, others of the same person, and the parts of the first."""
        found = (self.one.reference, self.other.reference, *self.earlier, *self.parts)
        # The life of a part: then the first is one of the parts.
        return [*dict.fromkeys(found)]

    def attempt(self, act):
        """Try something, and count it where it was really done; whether it was."""
        try:
            result = act(self)
        except DomainError:
            return False
        is_done = result is None or result
        self.done[act.__name__] += bool(is_done)
        return is_done

    def any_agency(self):
        return self.random.choice(self.agencies)

    def an_officer(self):
        """The officer or the head of the agency that holds the request."""
        people = self.random.choice((self.people.officers, self.people.heads))
        return people[self.one.holder.code]

    def an_actor(self):
        return officer_actor(self.an_officer())

    def holder_does(self, service, **arguments):
        officer = self.an_officer()
        with agency_context(self.one.holder):
            service(
                reference=self.one.reference,
                officer=officer,
                actor=officer_actor(officer),
                **arguments,
            )

    def answers(self, act, agency_of, **arguments):
        rows = TransferOffer.objects.filter(
            reference__in=self.references(), state=OfferState.OFFERED
        )
        if not rows.exists():
            offered(self)
        done = 0
        for row in rows:
            agency = Agency.objects.get(schema_name=getattr(row, agency_of))
            act(agency=agency, offer_id=row.pk, actor=SYSTEM, **arguments)
            done += 1
        return done


def offered(history):
    return offer(history.one, history.any_agency()) is not None


def handed_over(history):
    to = history.any_agency()
    if (made := offer(history.one, to)) is None:
        return False
    offer_accept(agency=to, offer_id=made.pk, actor=SYSTEM)
    return True


def accepted(history):
    return history.answers(offer_accept, "to_schema")


def refused(history):
    return history.answers(offer_refuse, "to_schema", reason=REFUSAL)


def taken_back(history):
    return history.answers(offer_withdraw, "from_schema")


def lapsed(history):
    """Nobody answers an offer for as long as its days last."""
    rows = TransferOffer.objects.filter(state=OfferState.OFFERED)
    if not rows.filter(reference__in=history.references()).exists():
        return 0
    history.at += timedelta(days=12)
    with clock.travel(history.at):
        return offers_lapse()


def decided(history):
    waiting = arbitrations_waiting()
    for one in waiting:
        arbitration_decide(
            reference=one.reference,
            organisation_code=history.any_agency().code,
            text=DECISION,
            actor=OVERSEER,
        )
    return len(waiting)


def suspended_and_opened(history):
    """An agency closes for some time: between an offer and its answer, or while it has the case."""
    if closed := Agency.objects.filter(state=AgencyState.SUSPENDED).first():
        agency_reactivate(agency_code=closed.code, actor=OVERSEER)
    else:
        agency_suspend(agency_code=history.any_agency().code, reason="Audit.", actor=OVERSEER)


def accepted_while_suspended(history):
    """Who is asked is closed in between: nobody takes the case over, and it stays."""
    to = history.any_agency()
    if (made := offer(history.one, to)) is None:
        return False
    agency_suspend(agency_code=to.code, reason="Audit.", actor=OVERSEER)
    holder = history.one.holder
    try:
        offer_accept(agency=to, offer_id=made.pk, actor=SYSTEM)
    except DomainError:
        assert history.one.holder == holder
        return True
    finally:
        agency_reactivate(agency_code=to.code, actor=OVERSEER)
    raise AssertionError("a closed agency has taken a case over")


def asked_whether_both_are_theirs(history):
    """Of requests that are not known to be of one person, as after another address."""
    with agency_context(history.one.holder):
        both_mine_ask(
            agency=history.one.holder,
            reference=history.one.reference,
            other=history.other.reference,
            actor=SYSTEM,
        )


def joined_by_what_was_said(history):
    """The address of one changes, and the citizen says on both pages that both are theirs."""
    citizen_files_again(history)
    citizen_changes_the_address(history)
    citizen_opens_by_link(history)
    asked_whether_both_are_theirs(history)
    citizen_says_both_are_theirs(history)
    merged(history)


def merged(history):
    with agency_context(history.one.holder):
        services.case_merge(
            reference=history.other.reference, into=history.one.reference, actor=SYSTEM
        )


def unmerged(history):
    """The merge of the other request is undone, or one that was made for it."""
    with agency_context(history.one.holder):
        other = Complaint.objects.filter(reference=history.other.reference)
        is_merged = other.filter(merged_into__isnull=False).exists()
    if not is_merged:
        citizen_files_again(history)
        citizen_opens_by_link(history)
        merged(history)
    with agency_context(history.one.holder):
        services.case_unmerge(reference=history.other.reference, actor=SYSTEM)


def officer_writes(history):
    history.holder_does(services.officer_message_add, body=f"About your {history.word}")
    history.said += 1


def officer_notes(history):
    history.holder_does(services.note_add, body=f"The {history.word} calls often.")


def officer_asks(history):
    """Whoever asks has taken the case before."""
    officer_takes(history)
    history.holder_does(services.question_ask, body=f"Which {history.word}?")


def officer_replies(history):
    history.holder_does(services.complaint_reply, draft=REPLY)


def officer_sends_an_interim_reply(history):
    draft = InterimDraft(
        done=f"We measured the {history.word} in the street and ordered a part.",
        delay="The part is made abroad and arrives in three weeks.",
        until=clock.today() + timedelta(days=20),
    )
    history.holder_does(services.interim_send, draft=draft, is_approved=True)


def officer_takes(history):
    officer = history.people.officers[history.one.holder.code]
    with agency_context(history.one.holder):
        services.complaint_assign(
            reference=history.one.reference, officer=officer, actor=officer_actor(officer)
        )


def officer_presses_send(history):
    """A message with a file that leaves in ten seconds, or later, or never."""
    officer = history.people.officers[history.one.holder.code]
    with agency_context(history.one.holder):
        case = Complaint.objects.get(reference=history.one.reference)
        written = case_draft_save(
            complaint=case,
            officer=officer,
            act=DraftAct.MESSAGE,
            parts={"body": f"About your {history.word}"},
            version=case.version,
        )
        case_draft_file_attach(
            draft=written, upload=UploadedContent(name=f"{history.word}.txt", content=b"x")
        )
        case_draft_require(written, version=None, is_approved=False)
        # Not its task: an agency queues none for a moment so far from the database's clock.
        CaseDraft.objects.filter(pk=written.pk).update(pressed_at=clock.now())


def drafts_leave(history):
    """What was pressed a minute ago or long since is sent, or has gone with its case."""
    waiting: dict[UUID, Agency] = {}
    for agency in history.agencies:
        with agency_context(agency):
            rows = CaseDraft.objects.filter(pressed_at__isnull=False)
            rows = rows.filter(complaint__reference=history.one.reference)
            waiting |= dict.fromkeys(rows.values_list("pk", flat=True), agency)
    sent = 0
    with clock.travel(clock.now() + timedelta(minutes=1)):
        for number, agency in waiting.items():
            with agency_context(agency):
                sent += case_draft_send(draft_id=number)
    history.said += sent
    return sent


def handed_over_while_a_message_leaves(history):
    """In the ten seconds of a message nobody takes the case over; afterwards it is in the case."""
    officer_presses_send(history)
    to = history.any_agency()
    if (made := offer(history.one, to)) is None:
        return False
    with pytest.raises(TextBeingSent):
        offer_accept(agency=to, offer_id=made.pk, actor=SYSTEM)
    drafts_leave(history)
    offer_accept(agency=to, offer_id=made.pk, actor=SYSTEM)
    return True


def unit_changed(history):
    unit = history.random.choice((None, history.people.units[history.one.holder.code]))
    with agency_context(history.one.holder):
        services.case_unit_change(reference=history.one.reference, unit_id=unit, actor=SYSTEM)


def category_corrected(history):
    code = history.random.choice(("roads", "street-lighting"))
    with agency_context(history.one.holder):
        services.case_category_change(
            reference=history.one.reference, category_code=code, actor=SYSTEM
        )


def days_pass(history):
    return gateway.cases_maintain(agency=history.one.holder, actor=SYSTEM)


ACTS = (
    offered, handed_over, accepted, refused, taken_back, lapsed, decided, suspended_and_opened,
    accepted_while_suspended, split, split_again, part_given_back, part_answered, part_objected,
    citizen_files_again, merged, unmerged, citizen_writes,
    citizen_opens_by_link, asked_whether_both_are_theirs, joined_by_what_was_said,
    citizen_sends_a_file, citizen_withdraws, citizen_rates, citizen_reopens,
    citizen_changes_the_address, account_adopts, account_changes_the_address, account_erased,
    officer_takes, officer_writes, officer_notes, officer_asks, officer_replies,
    officer_sends_an_interim_reply, officer_presses_send, drafts_leave,
    handed_over_while_a_message_leaves, unit_changed, category_corrected, days_pass,
    supervisor_approves_and_a_case_joins_or_leaves, analyst_reads,
    somebody_tries_the_address, somebody_comes_back, somebody_guesses_addresses, holder_forges,
    printed_code_replaced, printed_code_tried_again,
)  # fmt: skip
