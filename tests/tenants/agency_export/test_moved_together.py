"""Merged cases, parts and open offers of an export, and what is refused."""

import pytest

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.drafts import case_draft_file_attach, case_draft_save
from shared.complaints import services
from shared.complaints.enums import EventKind
from shared.complaints.models import Complaint
from shared.complaints.types import UploadedContent
from shared.jobs.enums import JobState
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from tenants.case_access.services.case_parts import parts_of
from tenants.isolation.schema_switch import agency_context
from tenants.management.commands.restore_agency import _lines
from tenants.models import TransferOffer
from tenants.models.enums import OfferState
from tests.support.custody import competence_asked, hand_over, offer, schemas_that_say
from tests.support.factories import mailbox_answered, staff
from tests.support.sampling import repeats
from tests.tenants.agency_export.estate import exported, restore_asked, worked, world
from tests.tenants.agency_export.malicious_exports import part, parts_of as members_of, true_tables
from tests.tenants.agency_export.moved_fixtures import (
    WORD,
    A,
    B,
    C,
    agency,
    answered,
    destroyed,
    filed_whole,
    holding,
    moved_later,
    restored,
    told,
)
from tests.tenants.agency_export.test_refused import changed
from tests.tenants.custody.test_split import accept, split
from tests.tenants.isolation.committed import in_thread

LETTER = {"rule": "The charter, article 83.", "decision": "It is taken away."}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("three")]


@pytest.mark.parametrize("is_main", repeats([True, False], keep=1))
def test_cases_merged_in_the_export_are_parted_where_one_has_moved(is_main, tmp_path):
    def merged():
        one, other = filed_whole(), filed_whole()
        mailbox_answered(one.reference, other.reference)
        with agency_context(agency(A)):
            services.case_merge(reference=other.reference, into=one.reference, actor=SYSTEM)
        return (one, other) if is_main else (other, one)

    moves, stays = in_thread(merged)
    opened_export = exported(tmp_path, A)

    def moved():
        if not is_main:
            with agency_context(agency(A)):
                services.case_unmerge(reference=moves.reference, actor=SYSTEM)
        hand_over(moves, agency(B))

    in_thread(moved)
    destroyed(A)

    assert restored(opened_export)["cases_left"] == 1
    assert holding(moves.reference) == ([B], B)
    assert holding(stays.reference) == ([A], A)
    assert told(A, stays.reference)[-1][0] == EventKind.UNMERGED
    # It is worked on by itself again.
    in_thread(lambda: hand_over(stays, agency(C)))


@pytest.mark.slow
def test_answer_that_was_about_to_leave_in_the_export_goes_with_the_case(tmp_path):
    def pressed():
        one = filed_whole()
        officer = staff(one.holder, email="pressed@dunes.example")
        parts = {"outcome": "upheld", "facts": f"The {WORD} is there.", **LETTER}
        with agency_context(one.holder):
            case = Complaint.objects.get(reference=one.reference)
            draft = case_draft_save(
                complaint=case,
                officer=officer,
                act=DraftAct.REPLY,
                parts=parts,
                version=case.version,
            )
            case_draft_file_attach(
                draft=draft, upload=UploadedContent(name=f"{WORD}.txt", content=b"x")
            )
            CaseDraft.objects.update(pressed_at=clock.now())
        return one

    one = in_thread(pressed)
    opened_export = exported(tmp_path, A)

    def moved():
        with agency_context(agency(A)):
            CaseDraft.objects.update(pressed_at=None)
        hand_over(one, agency(B))

    in_thread(moved)
    destroyed(A)

    assert restored(opened_export)["cases_left"] == 1
    assert in_thread(lambda: schemas_that_say(WORD)) == {"a_marsh"}


@pytest.mark.slow
def test_part_that_was_offered_in_the_export_and_went(tmp_path):
    def cut():
        one = filed_whole()
        return one, split(one, agency(B), body=f"Only the {WORD} in the street.")

    one, made = in_thread(cut)
    opened_export = exported(tmp_path, A)
    in_thread(lambda: accept(made, agency(B)))
    destroyed(A)

    assert restored(opened_export)["cases_left"] == 1
    assert holding(made) == ([B], B)
    assert holding(one.reference) == ([A], A)
    together = in_thread(lambda: parts_of(token=one.token))
    assert [row.summary.reference for row in together.parts] == [one.reference, made]


@pytest.mark.slow
def test_part_cut_out_after_the_export_stays_with_its_holder(tmp_path):
    one = in_thread(filed_whole)
    opened_export = exported(tmp_path, A)

    def cut():
        made = split(one, agency(B), body=f"Only the {WORD} in the street.")
        accept(made, agency(B))
        return made

    made = in_thread(cut)
    destroyed(A)

    result = restored(opened_export)

    # The part was never a request of the agency that cut it out: no day of it is lost.
    assert (result["cases_lost"], result["days_lost"]) == (0, 0)
    assert not any("came and were handed" in line for line in _lines(result))
    assert holding(made) == ([B], B)
    assert holding(one.reference) == ([A], A)


@pytest.mark.parametrize("is_question", repeats([False, True], keep=1))
def test_offer_that_was_open_in_the_export_ends_and_can_be_made_again(is_question, tmp_path):
    def offered():
        one = filed_whole()
        competence_asked(one, agency(B)) if is_question else offer(one, agency(B))
        return one

    one = in_thread(offered)
    opened_export = exported(tmp_path, A)
    in_thread(lambda: answered(one))
    destroyed(A)

    result = restored(opened_export)

    assert result["offers_ended"] == 1
    assert any(line.startswith("1 offers to other") for line in _lines(result))
    assert holding(one.reference) == ([A], A)
    in_thread(lambda: hand_over(one, agency(C)))
    assert holding(one.reference) == ([C], C)


@pytest.mark.slow
def test_offer_of_another_time_about_a_restored_case_ends(tmp_path):
    one = in_thread(filed_whole)
    opened_export = exported(tmp_path, A)
    in_thread(lambda: offer(one, agency(B)))
    destroyed(A)

    restored(opened_export)

    states = in_thread(lambda: list(TransferOffer.objects.values_list("state", flat=True)))
    assert states == [OfferState.ENDED]
    in_thread(lambda: hand_over(one, agency(B)))
    assert holding(one.reference) == ([B], B)


def test_case_that_another_agency_never_got_from_this_one_is_refused(tmp_path):
    one = in_thread(filed_whole)
    opened_export = exported(tmp_path, A)
    in_thread(lambda: moved_later(one))
    destroyed(A)
    before = world()

    parts = members_of(opened_export)
    name = "tables/complaints_complaintevent.csv"
    number = next(n for n, one in enumerate(parts) if one[0].name == name)
    # Another history than the one that its holder knows.
    parts[number] = part(name, parts[number][1].replace(b"message_by_citizen", b"attachment_added"))
    forged = changed(opened_export, tmp_path, true_tables(parts))

    refused = worked(restore_asked(opened_export, code=A, path=forged))

    assert (refused.state, refused.fault) == (JobState.FAILED, "bundle_collision")
    assert world() == before


def test_export_of_a_living_agency_is_not_restored_beside_it(tmp_path):
    in_thread(filed_whole)
    opened_export = exported(tmp_path, A)
    before = world()

    refused = worked(restore_asked(opened_export, code="dunes-again"))

    assert (refused.state, refused.fault) == (JobState.FAILED, "bundle_collision")
    assert world() == before
