"""An agency comes back from an export that is older than what became of its cases."""

import pytest

from shared.complaints.enums import Privacy, Status
from shared.complaints.models import Attachment, Complaint
from shared.jobs.enums import JobState
from tenants.case_access import gateway
from tenants.case_access.errors import CaseNotFound
from tenants.case_access.services.party_encryption import identity_of
from tenants.isolation.schema_switch import agency_context
from tenants.management.commands.restore_agency import _lines
from tests.support.custody import hand_over, offer, schemas_that_say
from tests.tenants.agency_export.estate import exported, restore_asked, worked, world
from tests.tenants.agency_export.moved_fixtures import (
    WORD,
    A,
    B,
    C,
    agency,
    answered,
    decide,
    destroyed,
    filed_whole,
    holding,
    moved_later,
    restored,
    tallies,
    told,
)
from tests.tenants.isolation.committed import in_thread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("three")]


def test_older_export_leaves_a_moved_case_with_its_present_holder(tmp_path):
    one, stays = in_thread(filed_whole), in_thread(lambda: filed_whole(body="It stays."))
    opened_export = exported(tmp_path, A)
    in_thread(lambda: moved_later(one))
    before, figures = told(A, one.reference), tallies()
    destroyed(A)

    result = restored(opened_export)

    assert result["cases_left"] == 1
    assert any(line.startswith("1 cases were handed over") for line in _lines(result))
    assert holding(one.reference) == ([B], B)
    assert holding(stays.reference) == ([A], A)
    assert told(A, one.reference) == before
    assert tallies() == figures


def test_nothing_of_a_moved_case_comes_back_but_its_history(tmp_path):
    one = in_thread(filed_whole)
    opened_export = exported(tmp_path, A)
    in_thread(lambda: moved_later(one))
    destroyed(A)

    restored(opened_export)

    def look():
        assert schemas_that_say(WORD) == {agency(B).schema_name}
        with agency_context(agency(A)):
            case = Complaint.objects.get(reference=one.reference)
            assert (case.status, case.handed_to) == (Status.TRANSFERRED, B)
            assert (case.assignee, case.party.name, case.body) == (None, "", "")
            assert not Attachment.everything.exists()
        shown = one.shown()
        assert (shown.body, len(shown.custody)) == (f"{WORD} in my cellar", 2)
        found = gateway.attachment_read(token=one.token, attachment_id=str(shown.attachments[0].id))
        assert found.content == WORD.encode()
        gateway.message_add(token=one.token, body="After the restore.")

    in_thread(look)


@pytest.mark.slow
def test_export_after_the_move_brings_the_case_back_to_its_holder(tmp_path):
    def moved():
        one = filed_whole()
        moved_later(one)
        return one

    one = in_thread(moved)
    opened_export = exported(tmp_path, B)
    figures = tallies()
    destroyed(B)

    result = restored(opened_export, B)

    assert (result["cases_left"], result["cases_lost"]) == (0, 0)
    assert holding(one.reference) == ([B], B)
    assert in_thread(lambda: one.shown().body) == f"{WORD} in my cellar"
    assert tallies() == figures


def test_export_that_is_too_old_for_a_case_is_refused_unless_its_loss_is_accepted(tmp_path):
    one = in_thread(filed_whole)
    opened_export, older = exported(tmp_path, B), exported(tmp_path, A)
    in_thread(lambda: moved_later(one))
    destroyed(B)
    before = world()

    refused = worked(restore_asked(opened_export, code=B))

    assert (refused.state, refused.fault) == (JobState.FAILED, "bundle_lacks_cases")
    assert world() == before
    result = restored(opened_export, B, accepts_loss=True)
    assert result["cases_lost"] == 1
    assert any(line.startswith("1 requests came after") for line in _lines(result))
    assert holding(one.reference) == ([], None)
    with pytest.raises(CaseNotFound):
        in_thread(lambda: one.token)
    # Whoever took it over is here and has it no more: the older export is all that is left.
    destroyed(A)
    assert restored(older)["cases_left"] == 0
    assert holding(one.reference) == ([A], A)
    assert in_thread(lambda: one.shown().body) == f"{WORD} in my cellar"


@pytest.mark.slow
def test_case_handed_on_after_the_export_of_its_second_holder(tmp_path):
    def moved():
        one = filed_whole()
        moved_later(one)
        return one

    one = in_thread(moved)
    opened_export = exported(tmp_path, B)
    in_thread(lambda: hand_over(one, agency(C)))
    before, figures = told(B, one.reference), tallies()
    destroyed(B)

    assert restored(opened_export, B)["cases_left"] == 1
    assert holding(one.reference) == ([C], C)
    assert told(B, one.reference) == before
    assert tallies() == figures


@pytest.mark.slow
def test_case_that_came_back_after_the_export_is_held_as_the_export_has_it(tmp_path):
    one = in_thread(filed_whole)
    opened_export = exported(tmp_path, A)

    def moved():
        hand_over(one, agency(B))
        # Who had it before is not asked: national oversight decides.
        assert offer(one, agency(A)) is None
        decide(one.reference, A)
        answered(one)

    in_thread(moved)
    destroyed(A)

    assert restored(opened_export)["cases_left"] == 0
    assert holding(one.reference) == ([A], A)
    assert in_thread(lambda: schemas_that_say(WORD)) == {"a_dunes"}


@pytest.mark.slow
def test_case_whose_later_holder_is_gone_waits_for_that_export(tmp_path):
    one = in_thread(filed_whole)
    older = exported(tmp_path / "older", A)
    in_thread(lambda: moved_later(one))
    newer = exported(tmp_path / "newer", B)
    destroyed(B)
    destroyed(A)

    assert restored(older)["cases_left"] == 1

    assert holding(one.reference) == ([], None)
    assert in_thread(lambda: schemas_that_say(WORD)) == set()
    restored(newer, B)
    assert holding(one.reference) == ([B], B)


@pytest.mark.slow
def test_confidential_case_keeps_its_encrypted_identity_where_it_is(tmp_path):
    one = in_thread(lambda: filed_whole(privacy=Privacy.CONFIDENTIAL))
    opened_export = exported(tmp_path, A)
    in_thread(lambda: moved_later(one))
    destroyed(A)

    restored(opened_export)

    assert in_thread(lambda: identity_of(reference=one.reference).name) == f"A {WORD}"
    assert in_thread(lambda: schemas_that_say(WORD)) == {"a_marsh"}
