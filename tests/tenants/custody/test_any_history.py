"""Random histories over four agencies: one holder, nobody else's data, no day lost."""

from collections import Counter
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from django.conf import settings

from public_portal.intake.services.files import files_sweep
from shared.catalogue.services.categories import catalogue_load
from shared.complaints import services
from shared.complaints.enums import EventKind, Outcome, Privacy, Status
from shared.complaints.models import (
    Attachment,
    Complaint,
    ComplaintEvent,
    Message,
    Note,
    Party,
)
from shared.complaints.models.custody import CASE_COLUMNS, MOVED, PARTY_COLUMNS, Custody
from shared.complaints.selectors import merged_pairs
from shared.files.upload_storage import file_is_stored, file_read
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, ActorKind
from shared.mail.models import Mail
from shared.register.models import RegisterCase
from shared.register.services import agency_code_in, register_project, register_rebuild
from tenants.case_access import gateway
from tenants.case_access.services.case_parts import part_open
from tenants.case_access.services.one_time_links import link_open
from tenants.case_access.services.same_person import person_links
from tenants.fleet.services.file_places import file_releases_overdue
from tenants.fleet.services.lifecycle.states import agency_reactivate
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Arbitration, CaseHolding, CaseSplit, Route, TransferOffer
from tenants.models.enums import AgencyState, LinkPurpose, OfferState
from tests.pairs.lives import Pair, events_of, pairs_of
from tests.pairs.table import lived_names, prevented
from tests.support.custody import (
    OVERSEER,
    more_agencies,
    schemas_by_text,
    schemas_that_say,
    tasks_allowed_at_any_time,
)
from tests.support.factories import organisation_of
from tests.support.files import files_left
from tests.support.moments import days_later
from tests.tenants.custody.citizen_acts import (
    account_erased,
    citizen_opens_by_link,
    citizen_reopens,
    citizen_withdraws_at_last,
    key_for,
)
from tests.tenants.custody.forged_acts import OUTSIDER
from tests.tenants.custody.people import Staff
from tests.tenants.custody.random_acts import (
    ACTS,
    History,
    days_pass,
    drafts_leave,
    handed_over,
    merged,
    officer_takes,
    unmerged,
)

pytestmark = pytest.mark.django_db

# So many histories a part; more, where an act was not really done in any of them.
PARTS, HISTORIES, MAX_HISTORIES = 2, 3, 12
STEPS, TRIES = 25, 4
# So many different pairs of acts meet in a part at the least.
PAIRS = 100
# In everything that is the citizen's, or is written about them.
CANARY = "kanarienvogel"
# The acts without which most others have nothing to be done to.
OFTEN = [
    *[handed_over] * 6, citizen_opens_by_link, merged, merged, unmerged, citizen_reopens,
    officer_takes, drafts_leave,
]  # fmt: skip
# What a life of ``tests.pairs`` does twice need not happen by chance as well.
LIVED = lived_names() | {"asked_whether_both_are_theirs"}
NAMES = {one.__name__ for one in (*ACTS, citizen_withdraws_at_last)} - LIVED


@pytest.fixture
def storage(settings, tmp_path):
    """A storage of the test's own: what is left over in it can be counted."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def agencies(roads, water, storage):
    catalogue_load(actor=SYSTEM)
    tasks_allowed_at_any_time()
    found = [roads, water, *more_agencies("health", "ports")]
    for one in found:
        organisation_of(one)
    return found


def holder_of(reference):
    return Route.objects.select_related("agency").get(pk=reference).agency


def check(history):
    references, found = history.references(), []
    for agency in history.agencies:
        with agency_context(agency):
            rows = Complaint.objects.filter(reference__in=references)
            held = rows.exclude(status=Status.TRANSFERRED).values_list("reference", flat=True)
            found += [(reference, agency.schema_name) for reference in held]
    routes = Route.objects.filter(pk__in=references).values_list("pk", "agency_id")
    assert sorted(found) == sorted(routes)
    assert len(found) == len(references)
    shown = history.one.shown()
    assert shown.body == f"{history.word} in my cellar"
    check_days(shown)
    check_holders(history, shown)
    check_merges(history, shown)
    return shown


def check_holders(history, shown):
    """The steps that the citizen is shown are the record's, and those that were really made."""
    history.holder_noted()
    rows = CaseHolding.objects.filter(reference=history.one.reference).order_by("number")
    codes = [agency_code_in(row.schema_name) for row in rows]
    assert codes == (history.held_by if len(history.held_by) > 1 else [])
    steps = [(step.agency_code, step.since) for step in shown.custody]
    days = [clock.civil_day(row.since) for row in rows]
    assert steps == list(zip([*codes[:-1], ""], days, strict=True)) if codes else steps == []
    here = history.one.holder.code
    for said in shown.messages:
        if said.body in history.forged:
            assert (said.agency_code or here) == history.forged[said.body]
    if history.privacy == Privacy.NAMED:
        # There is no identity to open: whoever says so has invented it.
        opened = [one for one in shown.timeline if one.kind == EventKind.IDENTITY_OPENED]
        assert {one.agency_code for one in opened} <= {""}


def check_merges(history, shown):
    """Whoever is merged is known to be one person; the receipt code tells nothing of the other."""
    assert shown.merged_with == ()
    assert all(one.is_withheld for one in shown.messages if one.is_joint)
    assert not any(one.is_joint for one in shown.attachments)
    holder = history.one.holder
    with agency_context(holder):
        pairs = [one for one in merged_pairs() if one.is_open]
    for pair in pairs:
        links = person_links(agency=holder, reference=pair.main, others=[pair.reference])
        assert links[pair.reference].may_merge


def check_days(shown):
    if shown.custody:
        end = shown.custody[-1].until or clock.today()
        days = (end - clock.civil_day(shown.received_at)).days
        assert sum(step.days for step in shown.custody) == days


def tallies():
    names = [field.name for field in RegisterCase._meta.concrete_fields if field.name != "id"]
    return sorted(RegisterCase.objects.values_list(*names), key=str)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_after_any_history_one_agency_holds_the_whole_case(agencies, part):
    people = Staff(agencies)
    done: Counter[str] = Counter()
    met: Counter[Pair] = Counter()
    moves, first = 0, part * 400
    for seed in range(first, first + MAX_HISTORIES):
        if seed >= first + HISTORIES and {*+done} >= NAMES:
            break
        history = History(
            Random(seed), agencies, people, word=f"{CANARY}{seed:03}x", owner=f"konto{seed:03}x"
        )
        met.update(live_through(history, done))
        moves += len(history.one.shown().custody)
    assert moves > HISTORIES, "the histories try nothing"
    assert len(met) > PAIRS, "few acts met"
    assert met.keys() & set(prevented()) == set(), "acts met that cannot meet"
    assert {*+done} >= NAMES, f"some acts were never really done: {sorted(done.items())}"


def live_through(history, done):
    """Try acts in any order, rather those that nobody has done yet; what is refused, next one.

    Returns the pairs of acts that met.
    """
    random = history.random
    history.done = done
    for step in range(STEPS):
        history.at += timedelta(days=random.choice((0, 0, 1, 2, 7)), hours=random.randrange(12))
        with clock.travel(history.at):
            rare = [one for one in ACTS if not done[one.__name__]]
            for _try in range(TRIES):
                if history.attempt(random.choice([*ACTS, *OFTEN, *rare * 8])):
                    break
        # An act may have let days pass. What it left behind is still there after the next one.
        with clock.travel(history.at):
            history.holder_noted()
            if step % 2:
                check(history)
    with clock.travel(history.at):
        for act in (random.choice((citizen_withdraws_at_last, days_pass)), account_erased):
            history.attempt(act)
            check(history)
        for closed in Agency.objects.filter(state=AgencyState.SUSPENDED):
            agency_reactivate(agency_code=closed.code, actor=OVERSEER)
        check_end(history)
    # Rows that an agency has invented tell of acts that never were.
    lives = {} if history.forged else events_of(history.references(), history.agencies)
    return set().union(*map(pairs_of, lives.values()))


def check_end(history):
    present = {holder_of(reference).schema_name for reference in history.references()}
    said = schemas_by_text([history.word, history.owner, *history.references()])
    assert said[history.word] == present
    # An address that the person gave to the case stays with it; of the account nothing is left.
    assert said[history.owner] <= present
    # Whoever was asked and never had the case has learned no reference with which to try addresses.
    for reference in history.references():
        assert said[reference] <= {"public", *schemas_that_held(reference)}
    register_agrees(history)
    assert history.other.shown().reference == history.other.reference
    for reference in history.parts:
        token = part_open(token=history.one.token, reference=reference).token
        shown = gateway.case_show(token=token)
        assert shown.reference == reference
        check_days(shown)
    by_link = link_open(key=key_for(history.one, LinkPurpose.OPEN)).token
    bodies = [message.body for message in gateway.case_show(token=by_link).messages]
    written = (f"{history.word} again", f"About your {history.word}")
    assert sum(text in written for text in bodies) == history.said
    for agency in history.agencies:
        with agency_context(agency):
            stubs_are_empty(history)
            nothing_forged_is_ascribed(history, agency)
            chains_hold_no_text(history)
    files_are_with_their_holder(history)


def files_are_with_their_holder(history):
    """Each file is whole, at one place of the agency that holds its case, and nowhere else."""
    while_here = history.references()
    named = []
    for agency in history.agencies:
        with agency_context(agency):
            rows = list(Attachment.everything.select_related("complaint").order_by("pk"))
            for row in rows:
                assert sha256(file_read(row.path)).digest() == bytes(row.sha256)
        named += [(row.path, agency.schema_name) for row in rows]
        held = [row for row in rows if row.complaint.reference in while_here]
        assert all(holder_of(row.complaint.reference) == agency for row in held)
    assert len(dict(named)) == len(named), "a place stands in two rows"
    for agency in history.agencies:
        with agency_context(agency):
            own = {path for path, _schema in named if file_is_stored(path)}
        assert own == {path for path, schema in named if schema == agency.schema_name}
    one = history.one
    for file in one.shown().attachments:
        assert gateway.attachment_read(token=one.token, attachment_id=str(file.id)).content
    file_releases_overdue()
    with clock.travel(days_later(8)):
        files_sweep(begins="")
    assert files_left(settings.MEDIA_ROOT) == set(dict(named))


def schemas_that_held(reference):
    """Every agency that had a case, by the national side's own record."""
    accepted = TransferOffer.objects.filter(reference=reference, state=OfferState.ACCEPTED)
    asked = Arbitration.objects.filter(reference=reference)
    ends = [
        *accepted.values_list("from_schema", "to_schema"),
        *asked.values_list("from_schema", "to_schema"),
    ]
    return {holder_of(reference).schema_name, *(name for end in ends for name in end if name)}


def register_agrees(history):
    """What agencies announced and what they hold say the same, also after a rebuild."""
    while register_project(is_last=True):
        pass
    projected, agencies = tallies(), history.agencies
    rows = RegisterCase.objects.filter(reference__in=history.references())
    for agency in agencies:
        known = rows.filter(agency_code=agency.code).values_list("reference", "status")
        with agency_context(agency):
            # What an agency cut out itself is no request of its own, whatever becomes of it.
            own = Complaint.objects.filter(reference__in=history.references(), cut_from=None)
            assert sorted(known) == sorted(own.values_list("reference", "status"))
    register_rebuild(
        schemas=[agency.schema_name for agency in agencies], events_of=gateway.outbox_events_of
    )
    assert tallies() == projected
    lines_agree(history, rows)


def lines_agree(history, rows):
    """One request is one line where it is, and a part one at each agency that took it over."""
    cut_by = dict(CaseSplit.objects.values_list("part_reference", "cut_by_code"))
    held = dict(rows.exclude(status=EventKind.TRANSFERRED).values_list("reference", "agency_code"))
    holders = {one: holder_of(one).code for one in history.references()}
    for reference in history.parts:
        assert not rows.filter(reference=reference, agency_code=cut_by[reference]).exists()
    assert held.items() <= holders.items()
    # Without a line are parts alone, at the agency that cut them out or that holds the whole.
    assert holders.keys() - held.keys() <= {*history.parts}
    for reference in holders.keys() - held.keys():
        with agency_context(holder_of(reference)):
            assert Complaint.objects.get(reference=reference).cut_from is not None


def nothing_forged_is_ascribed(history, agency):
    """No officer and no letter of an agency is what another one has invented."""
    for model in (Message, Note):
        rows = model.objects.filter(complaint__reference=history.one.reference)
        for row in rows.filter(body__in=history.forged):
            if history.forged[row.body] != agency.code:
                assert (row.officer_id, row.agency_code) == (None, history.forged[row.body])
    forgers = {*history.forged.values()}
    letters = Mail.objects.filter(to=OUTSIDER, reference=history.one.reference)
    assert agency.code in forgers or not letters.exists()


def stubs_are_empty(history):
    """Nothing that a person could ask to have erased is left where a case was before."""
    stubs = Complaint.objects.filter(reference__in=history.references(), status=Status.TRANSFERRED)
    gone = [name for name, custody in CASE_COLUMNS.items() if custody == Custody.MOVES]
    assert not any(any(row) for row in stubs.values_list(*gone))
    gone = [name for name, custody in PARTY_COLUMNS.items() if custody == Custody.MOVES]
    people = Party.objects.filter(complaint__in=stubs)
    assert not any(any(row) for row in people.values_list(*gone))
    for model in MOVED:
        assert not model._default_manager.filter(complaint__in=stubs).exists()


def chains_hold_no_text(history):
    """A chain cannot be erased, for events are for ever: no word of anybody may stand in it."""
    words = {"", *EventKind.values, *Status.values, *Outcome.values, *ActorKind}
    words |= {agency.code for agency in history.agencies}
    rows = ComplaintEvent.objects.filter(
        complaint__reference__in=history.references(), chain__isnull=False
    )
    for value in leaves(list(rows.values_list("chain", flat=True))):
        if isinstance(value, str) and value not in words:
            datetime.fromisoformat(value)


def leaves(value):
    """Every single value of nested lists and dictionaries."""
    if isinstance(value, dict):
        value = list(value.values())
    return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else [value]


@pytest.mark.slow
def test_detector_of_personal_data_finds_a_leak(agencies):
    history = History(Random(0), agencies, None, word=CANARY)
    stranger = next(agency for agency in agencies if agency != history.one.holder)
    with agency_context(stranger):
        services.label_create(name=f"The {CANARY} again")
    assert stranger.schema_name in schemas_that_say(CANARY)
