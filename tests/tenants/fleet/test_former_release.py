"""The data of the release before is brought up to this code, and everybody works on.

The data was made by the former code itself. A release that fills a column only by
``rebuild_register`` says so where the rebuilt register is compared.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from pytest_django import DjangoDbBlocker

from agency_console.casework.models import CaseDraft
from demo.notices import FORMER_DATA_STAYS
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.complaints.enums import Status
from shared.complaints.models import Complaint, Message, Rating
from shared.complaints.types import PublicCase
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.register.models import RegisterCase
from shared.routing.selectors import rules
from shared.units.models import Unit
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.case_access.selectors import owned_routes
from tenants.case_access.services.party_encryption import identity_of
from tenants.custody.services.offers import offer_accept
from tenants.fleet.services.schema_template import BETWEEN
from tenants.isolation.checks import schema_faults
from tenants.isolation.schema_switch import agency_context, as_owner, start_in
from tenants.isolation.schema_versions import code_version
from tenants.isolation.sql import sql_column, sql_rows, sql_run
from tenants.models import Agency, EncryptedParty, Route, TransferOffer
from tenants.models.enums import OfferState
from tests.support.factories import filed, officer_actor
from tests.support.releases import Release, releases, restored
from tests.support.schemas import comparable_script
from tests.support.sessions import open_session

# Where a test of this file would find a folder of the machine on which a dump was made.
FOLDERS = ("/tmp/", "/home/", "/root/", "/work/", "/opt/", "/srv/")  # noqa: S108
MAX_SIZE = 1_000_000
POLICIES = (
    "SELECT schemaname, tablename, policyname, cmd, replace(roles::text, %s, ''), qual, with_check"
    " FROM pg_policies ORDER BY 1, 2, 3"
)
TABLES_WITH_ROWS = (
    "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
    " WHERE schemaname = %s AND tablename <> 'django_migrations'"
)
# A command makes the table of the cache where the settings keep one in the database; and numbers.
IGNORED = re.compile(r'CREATE (TABLE "cache"|INDEX cache_expires) |SELECT setval')
RECORDED = "SELECT app, name FROM {schema}.django_migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """A database of a former release after the update, beside what a new one looks like."""

    release: Release
    recorded: set[tuple[str, str]]
    new_tables: dict[str, list[str]]
    new_policies: list[tuple[object, ...]]

    @property
    def agencies(self) -> list[Agency]:
        """Its agencies."""
        return list(Agency.objects.exclude(schema_name="public").order_by("code"))


@pytest.fixture(scope="module", params=releases(), ids=lambda one: one.folder.name)
def database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Updated]:
    """The restored database of one release, on which an operator's update has run."""
    release: Release = request.param
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        new_tables = {"public": tables_of("public"), "agency": tables_of("a_roads")}
        new_policies = policies()
        with restored(release, media=tmp_path_factory.mktemp("former") / "media"):
            connection.set_schema_to_public()
            recorded = recorded_migrations()
            call_command("prepare", stdout=StringIO())
            yield Updated(
                release=release,
                recorded=recorded,
                new_tables=new_tables,
                new_policies=new_policies,
            )
        connection.set_schema_to_public()


@pytest.fixture
def former(database: Updated) -> Iterator[Updated]:
    """The updated database; what a test does to it is taken back."""
    connection.set_schema_to_public()
    with database.release.at_work(), transaction.atomic():
        yield database
        connection.set_schema_to_public()
        transaction.set_rollback(True)


def tables_of(schema_name: str) -> list[str]:
    """The definitions of a schema's tables, keys and indexes, as if it held no rows."""
    with as_owner(), transaction.atomic():
        named = sql_column(TABLES_WITH_ROWS, schema_name)
        sql_run(f"TRUNCATE {', '.join(named)}")
        statements = "\n".join(comparable_script(schema_name)).split(BETWEEN)
        transaction.set_rollback(True)
    return sorted(one for one in statements if not IGNORED.match(one))


def policies() -> list[tuple[object, ...]]:
    """Who may see which rows, without the database's name in the roles."""
    with as_owner():
        return sql_rows(POLICIES, f"{connection.settings_dict['NAME']}_")


def recorded_migrations() -> set[tuple[str, str]]:
    """The migrations that a database has on record, of national tables and of agencies'."""
    with as_owner():
        schemas = [name for (name,) in sql_rows("SELECT schema_name FROM public.tenants_agency")]
        rows = (row for name in schemas for row in sql_rows(RECORDED.format(schema=name)))
        return set(rows)


def tracking_token(reference: str) -> str:
    """What opens a case for its citizen, who has the code of the receipt."""
    code = gateway.receipt_get(reference=reference).receipt_code
    return gateway.tracking_open(reference=reference, kind=KeyKind.RECEIPT, value=code).token


def shown(reference: str) -> PublicCase:
    """A case as its citizen sees it."""
    return gateway.case_show(token=tracking_token(reference))


def supervisor(agency: Agency) -> User:
    """The supervisor of an agency."""
    with agency_context(agency):
        return User.objects.get(role=Role.SUPERVISOR)


def signed_in(agency: Agency, user: User) -> Client:
    """A browser at the agency's host in which that person has signed in."""
    client = Client(headers={"host": f"{agency.code}.testserver"})
    with agency_context(agency):
        open_session(client, user)
    return client


def page(client: Client, path: str) -> str:
    """The text of a page that opens."""
    answer = client.get(path)
    start_in(None)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def approve(client: Client, draft: CaseDraft) -> None:
    """Press the button of the page on which a decision waits."""
    text = page(client, f"/cases/approvals/{draft.pk}/")
    given = dict(re.findall(r'name="(version|asked_at|digest)" value="([^"]*)"', text))
    client.post(f"/cases/approvals/{draft.pk}/approve/", given)
    start_in(None)


def drafts(**conditions: object) -> Iterator[tuple[Agency, CaseDraft]]:
    """The drafts of all agencies that are so."""
    for agency in Agency.objects.exclude(schema_name="public"):
        with agency_context(agency):
            rows = CaseDraft.objects.filter(**conditions).select_related("complaint", "officer")
            found = list(rows)
        yield from ((agency, one) for one in found)


def test_dump_is_small_and_names_no_machine():
    for release in releases():
        size = sum(file.stat().st_size for file in release.folder.iterdir())
        texts = (release.script, (release.folder / "release.toml").read_text())

        assert size <= MAX_SIZE
        assert [name for name in FOLDERS for text in texts if name in text] == []
        assert re.fullmatch("[0-9a-f]{40}", release.commit)


def test_no_migration_of_the_former_release_was_taken_away(former):
    there = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)

    assert former.recorded - there == set()


def test_every_schema_has_its_tables_and_the_version_of_the_code(former):
    assert schema_faults() == []
    assert {agency.version for agency in former.agencies} == {code_version().fingerprint}


def test_updated_schemas_equal_new_ones(former):
    assert tables_of("public") == former.new_tables["public"]
    for agency in former.agencies:
        assert tables_of(agency.schema_name) == former.new_tables["agency"]


def test_updated_row_policies_equal_new_ones(former):
    assert policies() == former.new_policies != []


@pytest.mark.slow
def test_every_case_and_its_files_are_read_by_its_citizen(former):
    cases, files = {}, []
    for reference in Route.objects.values_list("reference", flat=True):
        token = tracking_token(reference)
        case = cases[reference] = gateway.case_show(token=token)
        files += [
            gateway.attachment_read(token=token, attachment_id=str(one.id)).content[:4]
            for one in case.attachments
        ]

    assert len(cases) > 40
    assert all(case.reference == reference for reference, case in cases.items())
    assert all(case.subject and case.body for case in cases.values())
    for kind in ("custody", "is_split", "is_joined", "ratings", "interim_until"):
        assert any(getattr(case, kind) for case in cases.values()), kind
    assert files
    assert set(files) == {b"%PDF"}


def test_identities_behind_confidential_requests_are_decrypted(former):
    references = EncryptedParty.objects.values_list("reference", flat=True)
    names = [identity_of(reference=reference).name for reference in references]

    assert names
    assert all(names)


def test_waiting_offers_are_accepted(former):
    waiting = list(TransferOffer.objects.filter(state=OfferState.OFFERED))
    for one in waiting:
        receiver = Agency.objects.get(schema_name=one.to_schema)
        before = shown(one.reference)

        actor = officer_actor(supervisor(receiver))
        offer_accept(agency=receiver, offer_id=one.pk, actor=actor)

        after = shown(one.reference)
        assert Route.objects.get(pk=one.reference).agency == receiver
        assert (after.subject, after.body) == (before.subject, before.body)
    assert len(waiting) > 1


def test_begun_draft_is_opened_by_its_author(former):
    begun = list(drafts(pressed_at=None, approval_asked_at=None, failure=""))
    for agency, draft in begun:
        text = page(signed_in(agency, draft.officer), f"/cases/{draft.complaint.reference}/reply/")

        assert draft.parts["facts"] in text
    assert begun


def test_waiting_decision_is_approved_by_a_supervisor(former):
    waiting = list(drafts(approval_asked_at__isnull=False, pressed_at=None))
    # Today, whenever that is: the database takes no task of an hour that has passed.
    with clock.travel(datetime.now(UTC)):
        for agency, draft in waiting:
            approve(signed_in(agency, supervisor(agency)), draft)

            with agency_context(agency):
                approved = CaseDraft.objects.get(pk=draft.pk)
                assert (approved.approved_by.role, approved.failure) == (Role.SUPERVISOR, "")
                assert approved.pressed_at is not None
    assert waiting


def test_rebuilt_register_equals_the_updated_one(former):
    def register():
        rows = RegisterCase.objects.order_by("agency_code", "reference").values()
        return [{key: value for key, value in row.items() if key != "id"} for row in rows]

    updated = register()
    RegisterCase.objects.update(status=Status.CLOSED, handling=5)
    call_command("rebuild_register", stdout=StringIO())

    assert register() == updated != []


def test_new_request_is_filed_and_routed_to_a_unit(former):
    (agency,) = (one for one in former.agencies if one.code == "health")
    reference = filed(agency, subject="Médicament absent", body="Aucun médicament.").reference

    assert shown(reference).subject == "Médicament absent"
    with agency_context(agency):
        assert Complaint.objects.get(reference=reference).unit is not None
        assert Unit.objects.count() == 3
        assert len(rules()) == 3
        assert Rating.objects.exists()
        assert Message.objects.exists()


def test_citizens_account_holds_its_requests(former):
    citizen = User.objects.get(role=Role.CITIZEN)

    assert owned_routes(user_id=citizen.pk).count() > 10


def test_hourly_upkeep_of_every_agency_ends(former):
    for agency in former.agencies:
        gateway.cases_maintain(agency=agency, actor=SYSTEM)


@pytest.mark.slow
def test_demonstration_adds_nothing_to_former_data(former):
    def counted():
        return [Agency.objects.count(), User.objects.count(), Route.objects.count()]

    before, said = counted(), StringIO()
    call_command("seed_workspace_requests", stdout=said)
    call_command("seed_demo", stdout=said)

    assert counted() == before
    assert said.getvalue() == f"{FORMER_DATA_STAYS}\n"
