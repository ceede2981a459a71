"""What is in a bundle: every table but those that are left out by name, and every file."""

import io
import subprocess
import tarfile
from datetime import timedelta
from functools import partial

import pyrage
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import FileField

from shared.audit.models import AuditEntry
from shared.kernel import clock
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.export import export_write
from tenants.agency_export.services.requests import export_ask, export_read
from tenants.agency_export.services.table_copy import (
    COLUMNS_LEFT_OUT,
    LEFT_OUT,
    PUBLIC,
    PUBLIC_LEFT_OUT,
    agency_tables,
)
from tenants.billing.enums import BillingStatus
from tenants.billing.permissions.entitlements import GRACE, billing_status
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.support.factories import filed
from tests.tenants.agency_export.estate import CODE, OPERATOR, exported, raze, restore_asked, worked
from tests.tenants.agency_export.malicious_exports import parts_of
from tests.tenants.isolation.committed import in_thread

pytestmark = pytest.mark.django_db

# By these columns a row of the public schema says whose it is.
TELLING = (
    "agency_code",
    "agency_id",
    "reference",
    "route_id",
    "schema_name",
    "subscription_id",
    "tenant_id",
)
EXPORT_ACTIONS = ("agency.export_asked", "agency.exported", "agency.bundle_taken")


def catalog(sql, *values):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {name for (name,) in cursor.fetchall()}


def test_every_table_of_an_agency_travels_or_is_left_out_by_name(roads):
    there = catalog("SELECT tablename FROM pg_tables WHERE schemaname = %s", roads.schema_name)
    with as_owner(), connection.cursor() as cursor:
        travelling = {table.name for table in agency_tables(cursor, roads.schema_name)}

    assert travelling | set(LEFT_OUT) == there
    assert travelling & set(LEFT_OUT) == set()
    assert all(LEFT_OUT.values())


def test_every_public_table_that_speaks_of_agencies_is_on_one_of_two_lists(db):
    telling = catalog(
        "SELECT DISTINCT table_name FROM information_schema.columns c"
        " JOIN pg_tables t ON t.schemaname = 'public' AND t.tablename = c.table_name"
        " WHERE table_schema = 'public' AND column_name = ANY(%s)",
        list(TELLING),
    )
    listed = set(PUBLIC) | set(PUBLIC_LEFT_OUT)
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}

    assert telling & known - listed == set()
    assert set(PUBLIC) & set(PUBLIC_LEFT_OUT) == set()


def test_files_are_named_by_one_table(db):
    assert [
        field
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ] == []


def test_the_manifest_names_what_stays_and_why(opened_export):
    manifest = opened_export.sealed.manifest

    columns = {f"{table}.{name}" for table, stays in COLUMNS_LEFT_OUT.items() for name in stays}
    assert set(manifest.left_out) == set(LEFT_OUT) | set(PUBLIC_LEFT_OUT) | columns
    assert all(manifest.left_out.values())
    assert (manifest.format, manifest.version, manifest.installation) == (
        "insaf.bundle",
        2,
        settings.BASE_DOMAIN,
    )
    assert (manifest.agency.code, manifest.agency.organisations) == (CODE, [CODE])


def test_common_tools_check_it_and_no_secret_of_the_installation_is_in_it(opened_export, tmp_path):
    parts_of(opened_export)
    clear = pyrage.decrypt(
        opened_export.path.read_bytes(),
        [pyrage.x25519.Identity.from_str(opened_export.keys.identity)],
    )
    with tarfile.open(fileobj=io.BytesIO(clear)) as archive:
        archive.extractall(tmp_path, filter="data")

    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path, check=False
    )

    assert checked.returncode == 0
    for secret in (settings.SECRET_KEY, settings.LOOKUP_KEY, settings.VAULT_KEY):
        assert secret.encode() not in clear
    assert opened_export.keys.identity.encode() not in clear
    # The name of a confidential person is under the seal, in whatever spelling.
    assert "ليلى".encode() not in clear
    assert b"leila@example.org" not in clear


@pytest.fixture
def living(opened_export):
    """The agency, alive again."""
    worked(restore_asked(opened_export))
    return Agency.objects.get(code=CODE)


STANDINGS = {
    BillingStatus.PAID: {},
    BillingStatus.GRACE: {"owes_since": lambda: clock.today()},
    BillingStatus.LIMITED: {"owes_since": lambda: clock.today() - GRACE - timedelta(days=1)},
    BillingStatus.TAKEN_OVER: {"taken_over_at": lambda: clock.now()},
    BillingStatus.SUSPENDED: {"state": lambda: AgencyState.SUSPENDED},
    BillingStatus.ARCHIVED: {"state": lambda: AgencyState.ARCHIVED},
}


@pytest.mark.slow
def test_in_every_standing_an_agency_leaves_with_the_same(living, opened_export, tmp_path):
    wanted = [(one.member, one.sha256) for one in opened_export.sealed.manifest.tables]
    for number, (stands, facts) in enumerate(STANDINGS.items()):
        values = {name: value() for name, value in facts.items()}
        usual = {"owes_since": None, "taken_over_at": None, "state": AgencyState.ACTIVE}
        in_thread(partial(Agency.objects.filter(pk=living.pk).update, **{**usual, **values}))

        one = exported(tmp_path / str(number))

        assert billing_status(Agency.objects.get(pk=living.pk), today=clock.today()) is stands
        assert [(table.member, table.sha256) for table in one.sealed.manifest.tables] == wanted
    assert set(STANDINGS) == set(BillingStatus)


@pytest.mark.slow
def test_what_was_suspended_and_taken_over_comes_back_as_the_operator_says(living, tmp_path):
    in_thread(
        lambda: Agency.objects.filter(pk=living.pk).update(
            state=AgencyState.SUSPENDED, state_reason="لم يعد لها موظفون", taken_over_at=clock.now()
        )
    )
    one = exported(tmp_path)
    raze(CODE)

    done = worked(restore_asked(one))

    again = Agency.objects.get(code=CODE)
    assert (again.state, again.state_reason) == (AgencyState.ACTIVE, "")
    assert (done.result["was_taken_over"], done.result["bodies_held"]) == (True, [])


def test_a_file_that_is_lost_does_not_keep_an_agency_from_leaving(living, opened_export, tmp_path):
    places = [
        settings.MEDIA_ROOT / info.name.removeprefix("files/")
        for info, _content in parts_of(opened_export)
        if info.name.startswith("files/")
    ]
    places[0].unlink()
    places[1].write_bytes(b"other bytes")

    one = exported(tmp_path)
    raze(CODE)
    done = worked(restore_asked(one))

    names = [str(place.relative_to(settings.MEDIA_ROOT)) for place in places]
    assert one.sealed.manifest.files.missing == [names[0]]
    assert one.sealed.manifest.files.altered == [names[1]]
    assert (done.state, done.result["files"], done.result["missing"]) == ("done", 2, 1)
    assert [place.exists() for place in places] == [False, True, True]


@pytest.mark.slow
def test_what_is_written_during_an_export_is_in_it_wholly_or_not_at_all(living, tmp_path):
    keys = key_make()
    counts: list[int] = []

    def meanwhile(_step, done, _total):
        if not counts and done:
            in_thread(lambda: filed(Agency.objects.get(code=CODE)))
            counts.append(done)

    made = in_thread(
        lambda: export_write(
            agency=Agency.objects.get(code=CODE),
            recipient=keys.recipient,
            target=tmp_path / "meanwhile.insaf.age",
            on_progress=meanwhile,
        )
    )

    rows = {table.member: table.rows for table in made.manifest.tables}
    assert counts != []
    assert rows["tables/complaints_complaint.csv"] == rows["public/tenants_route.csv"] == 6


def test_what_oversight_has_exported_stands_in_both_logs(living, opened_export):
    job = in_thread(
        lambda: export_ask(
            agency=living,
            recipient=opened_export.keys.recipient,
            page="",
            actor=OPERATOR,
            schema_name="public",
        )
    )
    worked(job)
    in_thread(
        lambda: export_read(job_id=job.id, schema_name="public", subject=CODE, actor=OPERATOR)
    )

    wanted = [(action, OPERATOR.label, f"agency {CODE}") for action in EXPORT_ACTIONS]
    with agency_context(living):
        own = noted()
    assert (noted(), own) == (wanted, wanted)


def noted():
    rows = AuditEntry.objects.filter(subject=f"agency {CODE}", actor_label=OPERATOR.label)
    rows = rows.filter(action__in=EXPORT_ACTIONS).order_by("pk")
    # The latest: other tests of the folder export, close and restore the same agency.
    return list(rows.values_list("action", "actor_label", "subject"))[-len(EXPORT_ACTIONS) :]
