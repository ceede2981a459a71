"""An agency leaves with everything and comes back the same."""

import re

import pytest

from shared.complaints.models import Note
from shared.jobs.enums import JobState
from shared.register.models import RegisterCase, RegisterEventRow
from shared.register.services import register_rebuild
from tenants.agencies.selectors import agency_list
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.services.party_encryption import identity_of
from tenants.isolation.checks import schema_faults
from tenants.isolation.schema_switch import agency_context
from tenants.isolation.schema_versions import code_version
from tenants.models import Agency, Domain, EncryptedParty, Route
from tenants.models.enums import AgencyState
from tests.support.agencies import future_migrations, schema_state
from tests.tenants.agency_export.estate import (
    ANOTHER,
    CODE,
    NEIGHBOUR,
    ODD,
    WHO,
    exported,
    raze,
    restore_asked,
    worked,
    world,
)
from tests.tenants.agency_export.malicious_exports import parts_of

pytestmark = pytest.mark.django_db

PLACES = "tables/complaints_attachment.csv"


def sums(one):
    """What a bundle holds, member by member."""
    return {table.member: (table.rows, table.sha256) for table in one.sealed.manifest.tables}


def rows_without_places(one):
    """The rows that name files, without the part of each place that says whose it is."""
    (table,) = (content for info, content in parts_of(one) if info.name == PLACES)
    return re.sub(rb"(attachments/[0-9a-f]{4}/[0-9a-f]{32})[0-9a-f]{16}", rb"\1", table)


def restored(opened_export, **where):
    done = worked(restore_asked(opened_export, **where))
    assert (done.state, done.fault_text) == (JobState.DONE, "")
    return done


def test_what_comes_back_is_what_left_and_serves_its_people(opened_export, tmp_path):
    restored(opened_export)

    again = exported(tmp_path)

    assert sums(again) == sums(opened_export)
    assert again.sealed.manifest.files == opened_export.sealed.manifest.files
    assert again.sealed.manifest.sequences == opened_export.sealed.manifest.sequences
    assert again.sealed.manifest.position.events == opened_export.sealed.manifest.position.events
    assert again.sealed.manifest.agency == opened_export.sealed.manifest.agency
    assert schema_faults() == []
    require_every_sign()
    require_people_served()
    require_figures_of_a_rebuilt_register()


def test_there_was_something_to_lose(opened_export):
    rows = {table.member: table.rows for table in opened_export.sealed.manifest.tables}

    assert [name for name, number in rows.items() if not number] == []
    assert opened_export.sealed.manifest.files.count == 3
    assert list(opened_export.sealed.manifest.keys.vault.values()) == [1]


def require_every_sign():
    """No sign of a note is lost on the way, and no number is given again."""
    with agency_context(Agency.objects.get(code=CODE)):
        bodies = list(Note.objects.order_by("pk").values_list("body", flat=True))
        last = Note.objects.order_by("pk").last()
        made = Note.objects.create(
            complaint=last.complaint, officer=last.officer, body="after", at=last.at
        )
    assert bodies[-4:] == [ODD, "", "\\N", '""']
    # The number of a row that was deleted before the leaving is not given again.
    assert made.pk == last.pk + 2


def require_people_served():
    """Its people are served as before."""
    agency = Agency.objects.get(code=CODE)
    sealed = EncryptedParty.objects.get(schema_name=agency.schema_name)
    route = Route.objects.filter(agency=agency).order_by("created_at").first()

    opened = gateway.tracking_open(
        reference=route.reference, kind=KeyKind.EMAIL, value="person@example.org"
    )

    case = gateway.case_show(token=opened.token)
    assert case.reference == route.reference
    assert identity_of(reference=sealed.reference).name == WHO.name
    assert (agency.state, agency.version != "") == (AgencyState.ACTIVE, True)
    assert [one.domain for one in Domain.objects.filter(tenant=agency)] == [f"{CODE}.testserver"]


def require_figures_of_a_rebuilt_register():
    """The figures agree with a register that is rebuilt."""
    counted = list(RegisterCase.objects.filter(agency_code=CODE).values().order_by("reference"))

    schemas = list(agency_list().values_list("schema_name", flat=True))
    register_rebuild(schemas=schemas, events_of=gateway.outbox_events_of)

    again = list(RegisterCase.objects.filter(agency_code=CODE).values().order_by("reference"))
    assert [{**row, "id": 0} for row in counted] == [{**row, "id": 0} for row in again]
    assert len(counted) == 6


def test_under_another_code_it_is_the_same_and_counted_once(opened_export, tmp_path):
    restored(opened_export)
    events = RegisterEventRow.objects.filter(agency_code=CODE).count()
    raze(CODE, figures=False)
    done = restored(opened_export, code=ANOTHER)

    again = exported(tmp_path, ANOTHER)

    was, now = sums(opened_export), sums(again)
    # Places are those of one agency: under another code each file lies at another one.
    assert now.pop(PLACES) != was.pop(PLACES)
    assert rows_without_places(again) == rows_without_places(opened_export)
    assert now == was
    assert again.sealed.manifest.files == opened_export.sealed.manifest.files
    assert done.result["host"] == f"{ANOTHER}.testserver"
    assert RegisterEventRow.objects.filter(agency_code=ANOTHER).count() == events
    assert not RegisterEventRow.objects.filter(agency_code=CODE).exists()
    assert {one.agency.code for one in Route.objects.select_related("agency")} == {
        ANOTHER,
        NEIGHBOUR,
    }


@pytest.mark.slow
def test_from_yesterday_and_from_tomorrow(opened_export, tmp_path):
    with future_migrations():
        done = worked(restore_asked(opened_export))

        assert (done.state, done.fault_text) == (JobState.DONE, "")
        assert schema_state(CODE)[0] is True
        assert Agency.objects.get(code=CODE).version == code_version().fingerprint
        newer = exported(tmp_path)
    raze(CODE)
    before = world()

    refused = worked(restore_asked(newer))

    assert (
        len(newer.sealed.manifest.migrations) == len(opened_export.sealed.manifest.migrations) + 4
    )
    assert (refused.state, refused.fault) == (JobState.FAILED, "bundle_too_new")
    assert world() == before
