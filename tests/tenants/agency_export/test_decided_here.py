"""What a bundle says of itself decides nothing that oversight decides: anybody can seal one."""

import pytest

from shared.audit.models import AuditEntry
from shared.complaints.models import Note
from shared.jobs.enums import JobKind, JobState
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.identifiers import uuid7
from tenants.agency_export.services.activation import agency_state_set, host_hold
from tenants.agency_export.services.encryption import file_digest
from tenants.agency_export.services.restore_order import RestoreOrder
from tenants.approvals.errors import ReasonNeeded
from tenants.fleet.errors import HostTaken, SuccessorUnfit
from tenants.fleet.services.hosts import host_claim
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency, Domain, HostClaim, Review, Route
from tenants.models.enums import AgencyState
from tests.support.factories import organisation_of
from tests.support.sampling import repeats
from tests.tenants.agency_export.estate import (
    ANOTHER,
    CODE,
    NEIGHBOUR,
    OPERATOR,
    restore_asked,
    worked,
)
from tests.tenants.agency_export.malicious_exports import part, parts_of, true_tables, with_manifest
from tests.tenants.agency_export.test_refused import changed, refused
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

REASON = "Brought back after the fire."
CLAIMED = {
    "code": NEIGHBOUR,
    "name_fr": "Ministère de la Justice",
    "state": "archived",
    "state_reason": "As the forger wrote it.",
    "successor_code": NEIGHBOUR,
    "created_at": "1999-01-01T00:00:00+00:00",
    "is_taken_over": True,
    "plan": "national",
    "hosts": ["stolen.example.org", "oversight.testserver"],
}


def forged(opened_export, folder, **facts):
    """The bundle with other facts of the agency, sealed again by who has the public key."""
    parts = with_manifest(parts_of(opened_export), lambda m: m["agency"].update(facts))
    return changed(opened_export, folder, parts)


def with_table(opened_export, folder, member, change):
    """The bundle with another table, sealed again."""
    parts = parts_of(opened_export)
    number = next(n for n, one in enumerate(parts) if one[0].name == member)
    parts[number] = part(member, change(parts[number][1]))
    return changed(opened_export, folder, true_tables(parts))


def stood(code=CODE):
    """How an agency stands."""
    row = Agency.objects.get(code=code)
    return row.state, row.state_reason, row.successor_code, row.state_since is not None


def test_nothing_that_a_forger_wrote_of_the_agency_comes_true(opened_export, tmp_path):
    before = Agency.objects.get(code=CODE)

    done = worked(restore_asked(opened_export, path=forged(opened_export, tmp_path, **CLAIMED)))

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    after = Agency.objects.get(code=CODE)
    assert stood() == ("active", "", "", False)
    assert (after.name_fr, after.created_at) == (before.name_fr, before.created_at)
    assert (after.taken_over_at, after.passed_on) == (None, None)
    hosts = Domain.objects.filter(tenant=after).values_list("domain", flat=True)
    assert list(hosts) == [f"{CODE}.testserver"]
    assert done.result["was"] == f"{NEIGHBOUR} of testserver"
    assert done.result["names"] == [before.name_ar, CLAIMED["name_fr"], before.name_en]


def test_suspended_it_comes_back_as_by_oversights_own_act(opened_export):
    done = worked(restore_asked(opened_export, state=AgencyState.SUSPENDED, reason=REASON))

    assert (done.state, done.fault_text) == (JobState.DONE, "")
    assert stood() == ("suspended", REASON, "", True)
    acts = AuditEntry.objects.filter(subject=f"agency {CODE}").order_by("-pk")
    assert list(acts.values_list("action", flat=True)[:2]) == [
        "agency.suspended",
        "agency.restored",
    ]
    with agency_context(Agency.objects.get(code=CODE)):
        assert AuditEntry.objects.filter(action="agency.suspended").exists()


def test_with_open_requests_it_does_not_come_back_into_the_archive(opened_export):
    told = {"state": AgencyState.ARCHIVED, "reason": REASON, "successor": NEIGHBOUR}

    assert refused(opened_export, **told) == "cases_need_caretakers"


def test_a_successor_that_cannot_answer_is_refused_before_anything_is_written(opened_export):
    told = {"state": AgencyState.ARCHIVED, "reason": REASON, "successor": "nobody"}

    assert refused(opened_export, **told) == "successor_unfit"
    assert Job.objects.latest("created_at").step == "verify"


def test_in_the_archive_its_bodies_are_its_successors(water, roads):
    organisation_of(water)
    order = RestoreOrder(
        code=water.code, state=AgencyState.ARCHIVED, reason=REASON, successor=roads.code
    )

    agency_state_set(agency=water, order=order, actor=OPERATOR)

    assert stood(water.code) == ("archived", REASON, roads.code, True)
    assert water.passed_on == [water.code]


@pytest.mark.parametrize(
    ("state", "told", "refusal"),
    [
        (AgencyState.SUSPENDED, {}, ReasonNeeded),
        (AgencyState.ARCHIVED, {"reason": " "}, ReasonNeeded),
        (AgencyState.ACTIVE, {"successor": NEIGHBOUR}, SuccessorUnfit),
    ],
)
def test_what_cannot_be_meant_is_not_even_asked(state, told, refusal, opened_export):
    with pytest.raises(refusal):
        restore_asked(opened_export, state=state, **told)


def test_a_file_that_nobody_vouches_for_is_not_used(opened_export):
    assert refused(opened_export, sha256="") == "bundle_unknown"
    assert refused(opened_export, sha256="0" * 64) == "bundle_unknown"
    assert Job.objects.latest("created_at").step == "verify"


def test_a_file_that_this_installation_has_made_needs_no_sum(opened_export):
    made = {"sha256": file_digest(opened_export.path)}
    in_thread(
        lambda: Job.objects.create(
            id=uuid7(), kind=JobKind.EXPORT, subject=CODE, steps=[], result=made,
            state=JobState.DONE, asked_by="x", schema_name="public", created_at=clock.now(),
        )
    )  # fmt: skip
    try:
        assert worked(restore_asked(opened_export, sha256="")).state is JobState.DONE
    finally:
        in_thread(lambda: Job.objects.filter(kind=JobKind.EXPORT, result=made).delete())


def test_the_code_is_the_one_that_was_told(opened_export, tmp_path):
    path = forged(opened_export, tmp_path, code=NEIGHBOUR)

    done = worked(restore_asked(opened_export, path=path, code=ANOTHER))

    assert done.state is JobState.DONE
    assert Agency.objects.get(code=ANOTHER).state == AgencyState.ACTIVE


@pytest.mark.parametrize("code", repeats(["", "Sands", "a--b", 'a"; --', "x" * 51]))
def test_a_code_that_no_agency_can_have(code, opened_export):
    assert refused(opened_export, code=code) == "agency_code_shape"


@pytest.mark.parametrize(
    "table", repeats(["tenants_route", "tenants_sealedparty", "tenants_review"], keep=1)
)
def test_a_row_about_a_request_of_another_agency(table, opened_export, tmp_path):
    theirs = Route.objects.get(agency__code=NEIGHBOUR).reference
    # A decision of oversight, beside a request that none was asked for.
    assert not Review.objects.filter(reference=theirs).exists()
    mine = next(one[1] for one in parts_of(opened_export) if one[0].name == f"public/{table}.csv")
    column = mine.split(b"\n")[0].split(b",").index(b"reference")
    reference = mine.split(b"\n")[1].split(b",")[column]
    other = str(int(theirs) + 1).zfill(16) if table == "tenants_route" else theirs

    path = with_table(
        opened_export,
        tmp_path,
        f"public/{table}.csv",
        lambda c: c.replace(reference, other.encode(), 1),
    )

    assert refused(opened_export, path=path) == "bundle_damaged"


def test_nobody_comes_back_with_a_role_of_the_national_side(opened_export, tmp_path):
    path = with_table(
        opened_export,
        tmp_path,
        "tables/accounts_user.csv",
        lambda content: content.replace(b",administrator,", b",operator,", 1),
    )

    assert refused(opened_export, path=path) == "bundle_damaged"


@pytest.mark.parametrize("counters", repeats([{}, {"complaints_note.id": 1}], keep=1))
def test_counters_that_would_give_a_number_twice(counters, opened_export, tmp_path):
    parts = with_manifest(parts_of(opened_export), lambda m: m.update(sequences=counters))
    assert (
        worked(restore_asked(opened_export, path=changed(opened_export, tmp_path, parts))).state
        == "done"
    )

    with agency_context(Agency.objects.get(code=CODE)):
        last = Note.objects.order_by("pk").last()
        made = Note.objects.create(
            complaint=last.complaint, officer=last.officer, body="after", at=last.at
        )
    assert made.pk == last.pk + 1


def test_a_host_that_another_agency_has_asked_for(opened_export):
    host = "claimed.example.org"
    in_thread(
        lambda: HostClaim.objects.create(
            host=host, agency=Agency.objects.get(code=NEIGHBOUR), asked_at=clock.now()
        )
    )
    try:
        assert refused(opened_export, host=host) == "bundle_collision"
        assert Job.objects.latest("created_at").step == "verify"
    finally:
        in_thread(lambda: HostClaim.objects.filter(host=host).delete())


def test_a_host_is_held_while_the_rows_are_written(water, roads):
    host_hold(agency=water, host="held.example.org")

    with pytest.raises(HostTaken):
        host_claim(agency_code=roads.code, host="held.example.org", is_allowed=True, actor=OPERATOR)


def test_the_claim_of_a_restoring_goes_with_its_end(opened_export):
    host = "other.example.org"

    done = worked(restore_asked(opened_export, host=host))

    assert (done.state, done.result["host"]) == (JobState.DONE, host)
    assert not HostClaim.objects.filter(host=host).exists()
    assert Domain.objects.get(domain=host).tenant.code == CODE
