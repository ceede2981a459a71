"""Cases of one person are merged: worked on as one, each a request of its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.complaints import services
from shared.complaints.enums import Author, EventKind, Kind, Outcome, Privacy, Status
from shared.complaints.errors import (
    CaseMerged,
    EarlierTerm,
    HasMergedCases,
    MergedIntoItself,
    NotMerged,
    NotOpenToMerge,
    NotSamePerson,
    SameOfficer,
    StaleCase,
    TooManyMerged,
)
from shared.complaints.models import Complaint
from shared.complaints.selectors import case_events, complaint_get, inbox_cases, public_case
from shared.complaints.services import merge
from shared.complaints.services.files import attachment_add
from shared.complaints.types import PartyDraft, UploadedContent
from shared.complaints.types.dispatch import Sending
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.kernel.identifiers import uuid7
from shared.mail.models import Mail
from shared.units.types import WHOLE_AGENCY
from tests.support.factories import REPLY, filed_and_proved, officer_actor, staff
from tests.support.samples import PNG

pytestmark = pytest.mark.django_db

UNCHANGED = ("assignee_id", "unit_id", "status", "due_on", "working_due_on", "risk_on")


@pytest.fixture
def officer(in_roads):
    return staff(in_roads)


@pytest.fixture
def pair(in_roads):
    """The references of two cases of one person; the first was filed a week earlier."""
    with clock.travel(clock.now() - timedelta(days=7)):
        first = filed_and_proved(in_roads).reference
    return first, filed_and_proved(in_roads, subject="The same lamp again").reference


def merged(pair, officer):
    """The later case is merged into the earlier one."""
    main, later = pair
    services.case_merge(reference=later, into=main, actor=officer_actor(officer))
    return main, later


def reply(reference, officer, **more):
    return services.complaint_reply(
        reference=reference, draft=REPLY, officer=officer, actor=officer_actor(officer), **more
    )


def write(reference, body="The lamp is still out."):
    services.citizen_message_add(reference=reference, body=body, actor=CITIZEN)


def kinds(reference):
    return [EventKind(event.kind) for event in case_events(complaint_get(reference=reference))]


def listed(officer, view="open", **more):
    return [
        one.reference
        for one in inbox_cases(
            view=view,
            user_id=officer.pk,
            today=clock.today(),
            scope=WHOLE_AGENCY,
            at_most=9,
            **more,
        )
    ]


def test_fs6_merged_cases_are_one_case_of_work_and_two_requests(pair, officer):
    main, later = merged(pair, officer)

    assert listed(officer) == [main]
    write(later)
    assert listed(officer, "new") == [main]
    reply(main, officer)

    cases = [complaint_get(reference=one) for one in pair]
    assert [case.status for case in cases] == [Status.ANSWERED, Status.ANSWERED]
    assert [case.outcome for case in cases] == [Outcome.UPHELD, Outcome.UPHELD]
    assert [case.messages.filter(kind="reply").count() for case in cases] == [1, 1]
    assert [public_case(reference=one).merged_with for one in pair] == [(later,), (main,)]
    assert kinds(later) == [
        EventKind.RECEIVED, EventKind.MERGED, EventKind.MESSAGE_BY_CITIZEN, EventKind.ASSIGNED,
        EventKind.ANSWERED,
    ]  # fmt: skip
    assert kinds(main) == [
        EventKind.RECEIVED, EventKind.MERGE_RECEIVED, EventKind.ASSIGNED, EventKind.ANSWERED,
    ]  # fmt: skip


def test_undone_merge_leaves_both_cases_as_they_were(pair, officer):
    main, later = pair
    services.complaint_assign(reference=later, officer=officer, actor=officer_actor(officer))
    before = {one: complaint_get(reference=one) for one in pair}

    merged(pair, officer)
    write(later)
    services.case_unmerge(reference=later, actor=officer_actor(officer))

    for reference in pair:
        case = complaint_get(reference=reference)
        assert {name: getattr(case, name) for name in UNCHANGED} == {
            name: getattr(before[reference], name) for name in UNCHANGED
        }
        assert case.merged_into_id is None
    assert complaint_get(reference=later).messages.count() == 1
    assert complaint_get(reference=main).messages.count() == 0
    assert complaint_get(reference=main).waiting_since == before[main].waiting_since
    assert set(listed(officer)) == set(pair)
    assert [kinds(one)[-1] for one in pair] == [EventKind.UNMERGED, EventKind.UNMERGED]


def test_events_of_a_merge_name_the_other_case_and_the_officer(pair, officer):
    main, later = merged(pair, officer)
    services.case_unmerge(reference=later, actor=officer_actor(officer))

    found = [
        [(event.kind, event.merged_with, event.actor_label) for event in case_events(case)][-2:]
        for case in [complaint_get(reference=one) for one in (main, later)]
    ]

    assert found == [
        [("merge_received", later, officer.name), ("unmerged", later, officer.name)],
        [("merged", main, officer.name), ("unmerged", main, officer.name)],
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda ref, one: reply(ref, one),
        lambda ref, one: services.question_ask(
            reference=ref, body="Which one?", officer=one, actor=officer_actor(one)
        ),
        lambda ref, one: services.officer_message_add(
            reference=ref, body="We look.", officer=one, actor=officer_actor(one)
        ),
        lambda ref, one: services.complaint_assign(
            reference=ref, officer=one, actor=officer_actor(one)
        ),
        lambda ref, one: services.case_unit_change(
            reference=ref, unit_id=1, actor=officer_actor(one)
        ),
        lambda ref, one: services.case_category_change(
            reference=ref, category_code="x", actor=officer_actor(one)
        ),
    ],
    ids=["reply", "question", "message", "assign", "unit", "category"],
)
def test_merged_case_is_not_worked_on_by_itself(pair, officer, act):
    _main, later = merged(pair, officer)
    before = kinds(later)

    with pytest.raises(CaseMerged):
        act(later, officer)

    assert kinds(later) == before


def test_case_of_an_officer_who_leaves_is_left_to_its_unit_though_it_is_merged(pair, officer):
    _main, later = pair
    services.complaint_assign(reference=later, officer=officer, actor=officer_actor(officer))
    merged(pair, officer)

    services.accounts_closed(user_ids=[officer.pk], actor=SYSTEM)

    assert complaint_get(reference=later).assignee_id is None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"party": PartyDraft(name="Other", email="other@example.org")}, NotSamePerson),
        ({"privacy": Privacy.CONFIDENTIAL}, NotSamePerson),
        ({"privacy": Privacy.ANONYMOUS}, NotSamePerson),
        ({"party": PartyDraft(name="No address")}, NotSamePerson),
    ],
    ids=["other person", "confidential", "anonymous", "no address"],
)
def test_cases_of_whom_nobody_may_know_the_same_person_are_not_merged(
    in_roads, pair, officer, change, refusal
):
    other = filed_and_proved(in_roads, **change).reference

    with pytest.raises(refusal):
        services.case_merge(reference=other, into=pair[0], actor=officer_actor(officer))


@pytest.mark.parametrize("privacy", [Privacy.CONFIDENTIAL, Privacy.ANONYMOUS])
def test_hidden_name_is_not_given_away_by_an_address_that_still_stands_here(pair, officer, privacy):
    main, later = pair
    Complaint.objects.filter(reference=later).update(privacy=privacy)

    with pytest.raises(NotSamePerson):
        services.case_merge(reference=later, into=main, actor=officer_actor(officer))


def test_same_telephone_number_joins_nothing(in_roads, officer):
    one = PartyDraft(name="Test Person", phone="+212612345678", email="one@example.org")
    main = filed_and_proved(in_roads, party=one).reference
    later = filed_and_proved(in_roads, party=replace(one, email="two@example.org")).reference

    with pytest.raises(NotSamePerson):
        merged((main, later), officer)

    assert not Mail.objects.filter(letter="merged").exists()


def test_case_whose_term_ends_first_is_the_main_one(pair, officer):
    first, later = pair

    with pytest.raises(EarlierTerm):
        services.case_merge(reference=first, into=later, actor=officer_actor(officer))


def test_complaint_is_not_merged_into_a_request_without_a_legal_term(in_roads, pair, officer):
    remark = filed_and_proved(in_roads, kind=Kind.OBSERVATION).reference

    with pytest.raises(EarlierTerm):
        services.case_merge(reference=pair[0], into=remark, actor=officer_actor(officer))

    services.case_merge(reference=remark, into=pair[0], actor=officer_actor(officer))
    assert complaint_get(reference=remark).is_merged


def test_merge_is_refused_into_itself_twice_in_a_chain_and_of_answered_cases(
    in_roads, pair, officer
):
    main, later = merged(pair, officer)
    third, answered = filed_and_proved(in_roads).reference, filed_and_proved(in_roads).reference
    reply(answered, officer)
    refused = {
        (main, main): MergedIntoItself,
        (later, main): CaseMerged,
        (third, later): CaseMerged,
        (main, third): HasMergedCases,
        (third, answered): NotOpenToMerge,
        (answered, third): NotOpenToMerge,
    }

    for (reference, into), refusal in refused.items():
        with pytest.raises(refusal):
            services.case_merge(reference=reference, into=into, actor=officer_actor(officer))


def test_one_case_takes_a_limited_number_of_others(in_roads, pair, officer, monkeypatch):
    monkeypatch.setattr(merge, "MAX_MERGED", 1)
    main, _later = merged(pair, officer)

    with pytest.raises(TooManyMerged):
        services.case_merge(
            reference=filed_and_proved(in_roads).reference, into=main, actor=officer_actor(officer)
        )


def test_merge_from_a_page_that_is_older_than_either_case_is_refused(pair, officer):
    main, later = pair
    versions = {one: complaint_get(reference=one).version for one in pair}
    write(main)

    with pytest.raises(StaleCase):
        services.case_merge(
            reference=later,
            into=main,
            actor=officer_actor(officer),
            version=versions[later],
            into_version=versions[main],
        )


def test_merge_is_undone_only_while_the_case_is_open(pair, officer):
    main, _later = merged(pair, officer)
    reply(main, officer)

    for reference in pair:
        with pytest.raises(NotMerged):
            services.case_unmerge(reference=reference, actor=officer_actor(officer))


def test_reopened_request_goes_its_own_way_and_the_other_stays_answered(pair, officer):
    main, later = merged(pair, officer)
    reply(main, officer)

    services.complaint_reopen(reference=later, body="It is out again.", actor=CITIZEN)

    assert complaint_get(reference=later).status == Status.REOPENED
    assert not complaint_get(reference=later).is_merged
    assert complaint_get(reference=main).status == Status.ANSWERED
    assert listed(officer) == [later]
    assert kinds(later)[-2:] == [EventKind.UNMERGED, EventKind.REOPENED]


def test_reopened_main_case_leaves_the_answered_one_answered(in_roads, pair, officer):
    main, later = merged(pair, officer)
    reply(main, officer)

    services.complaint_reopen(reference=main, body="It is out again.", actor=CITIZEN)
    reply(main, staff(in_roads, email="second@roads.example"))

    assert complaint_get(reference=later).reopened == 0
    assert complaint_get(reference=later).messages.filter(kind="reply").count() == 1


def test_withdrawn_main_case_lets_the_others_go_on(pair, officer):
    main, later = merged(pair, officer)

    services.complaint_withdraw(reference=main, actor=CITIZEN)

    assert listed(officer) == [later]
    assert complaint_get(reference=main).status == Status.WITHDRAWN


def test_withdrawn_merged_case_leaves_the_main_one_open(pair, officer):
    main, later = merged(pair, officer)

    services.complaint_withdraw(reference=later, actor=CITIZEN)
    reply(main, officer)

    assert complaint_get(reference=later).status == Status.WITHDRAWN
    assert complaint_get(reference=main).status == Status.ANSWERED


def test_who_decided_on_a_merged_case_does_not_answer_it_through_another(in_roads, officer):
    again = filed_and_proved(in_roads).reference
    reply(again, officer)
    services.complaint_reopen(reference=again, body="Still out.", actor=CITIZEN)
    other = filed_and_proved(in_roads).reference
    staff(in_roads, email="second@roads.example")
    merged((other, again), officer)

    with pytest.raises(SameOfficer):
        reply(other, officer)

    assert complaint_get(reference=other).status == Status.RECEIVED


def test_promised_day_of_a_merged_case_is_not_hidden_by_that_of_the_main_one(pair, officer):
    main, later = pair
    Complaint.objects.filter(reference=later).update(working_due_on=clock.today())
    own = complaint_get(reference=main).working_due_on

    merged(pair, officer)

    assert complaint_get(reference=main).working_due_on == clock.today() != own
    assert complaint_get(reference=main).risk_on == clock.today()
    assert listed(officer, "due_5") == [main]


def test_merged_case_is_found_by_its_number_and_in_the_list_of_all(pair, officer):
    _main, later = merged(pair, officer)

    assert listed(officer, text=later) == [later]
    assert set(listed(officer, "all")) == set(pair)


def test_file_of_a_reply_stands_in_each_answered_case(in_roads, pair, officer):
    main, later = merged(pair, officer)
    upload = UploadedContent(name="plan.png", content=PNG)
    draft = services.case_draft_file_add(reference=main, draft_id=uuid7(), upload=upload)
    reply(main, officer, sending=Sending(draft_id=draft.draft_id))

    files = [complaint_get(reference=one).attachments.get() for one in (main, later)]
    assert files[0].path != files[1].path
    assert [bytes(one.sha256) for one in files] == [bytes(files[0].sha256)] * 2
    assert [one.message.complaint.reference for one in files] == [main, later]


def test_file_of_the_citizen_in_a_merged_case_is_news_in_the_main_one(pair, officer):
    main, later = merged(pair, officer)
    Complaint.objects.update(has_citizen_news=False)

    attachment_add(
        reference=later,
        upload=UploadedContent(name="lamp.png", content=PNG),
        author=Author.CITIZEN,
        actor=CITIZEN,
    )

    assert listed(officer, "new") == [main]
