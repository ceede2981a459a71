"""Cases that go from agency to agency."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import ProgrammingError, transaction

from shared.accounts.models import User
from shared.complaints.enums import Kind, Status
from shared.complaints.models import Complaint
from shared.complaints.types import PublicCase
from shared.kernel import clock
from shared.kernel.actors import SYSTEM, Actor, ActorKind
from shared.kernel.identifiers import uuid7
from tenants.agencies.types import AgencyInfo
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.custody.services.arbitration import DECISION_DAYS
from tenants.custody.services.offers import offer_accept, offer_make, offer_refuse
from tenants.custody.types import OfferDraft
from tenants.isolation.schema_switch import agency_context, as_owner
from tenants.isolation.sql import sql_column, sql_rows, sql_run
from tenants.models import Agency, Arbitration, Route, TransferOffer
from tenants.models.enums import ArbitrationCause, OfferState, TransferReason
from tests.support.factories import filed, officer_actor, organisation_of
from tests.support.provisioning import agency_create

NOTE = "The pipe under this street belongs to the other body."
REFUSAL = "The street is a national road: the sender maintains it."
DECISION = "The pipe is part of the public network, which this body maintains."
OVERSEER = Actor(kind=ActorKind.OVERSIGHT, label="An analyst", user_id=7)


@dataclass(frozen=True)
class Moving:
    """One request that may change hands, and what opens it."""

    reference: str
    receipt_code: str

    @property
    def token(self) -> str:
        """A token that lives: days may have passed since the last one."""
        return gateway.tracking_open(
            reference=self.reference, kind=KeyKind.RECEIPT, value=self.receipt_code
        ).token

    @property
    def holder(self) -> Agency:
        """The agency to which the citizen's reference leads."""
        return Route.objects.select_related("agency").get(pk=self.reference).agency

    def shown(self) -> PublicCase:
        """The case as its citizen sees it."""
        return gateway.case_show(token=self.token)


def request_filed(agency: Agency, **changes: object) -> Moving:
    """A request that was filed."""
    receipt = filed(agency, **changes)
    return Moving(receipt.reference, receipt.receipt_code)


def offer(one: Moving, to: Agency, *, actor: Actor | User = SYSTEM) -> TransferOffer | None:
    """Its holder asks another agency; ``None`` where national oversight is asked instead."""
    draft = OfferDraft(
        organisation_code=organisation_of(to).code, reason=TransferReason.COMPETENCE, note=NOTE
    )
    offer_make(agency=one.holder, reference=one.reference, draft=draft, actor=_hand(actor))
    return TransferOffer.objects.filter(reference=one.reference, state=OfferState.OFFERED).first()


def offer_row(*, sender: Agency, receiver: Agency, reference: str, note: str = NOTE) -> str:
    """The row of an offer alone, for tests of who may see which; its number."""
    row = TransferOffer.objects.create(
        id=uuid7(),
        from_schema=sender.schema_name,
        to_schema=receiver.schema_name,
        reference=reference,
        kind="complaint",
        concerns_code=sender.code,
        language="fr",
        received_at=clock.now(),
        organisation_code=receiver.code,
        reason=TransferReason.COMPETENCE,
        note=note,
        offered_at=clock.now(),
        offered_by="An officer",
        answer_by=clock.today(),
    )
    return str(row.pk)


def hand_over(one: Moving, to: Agency, *, actor: Actor = SYSTEM) -> None:
    """Offered and accepted, both by the same hand."""
    made = offer(one, to, actor=actor)
    assert made is not None
    offer_accept(agency=to, offer_id=made.pk, actor=actor)


def refuse(one: Moving, to: Agency) -> None:
    """Offered and refused."""
    made = offer(one, to)
    assert made is not None
    offer_refuse(agency=to, offer_id=made.pk, reason=REFUSAL, actor=SYSTEM)


def more_agencies(*codes: str) -> list[Agency]:
    """Agencies besides the two of every test; they are gone with its transaction."""
    infos = [AgencyInfo(code=code, name_ar=code, name_fr=code, name_en=code) for code in codes]
    return [agency_create(info=info, actor=SYSTEM) for info in infos]


def _hand(actor: Actor | User) -> Actor:
    return actor if isinstance(actor, Actor) else officer_actor(actor)


def competence_asked(one: Moving, to: Agency) -> None:
    """Refused twice, so that national oversight must say who is competent."""
    refuse(one, to)
    refuse(one, to)


def arbitration_kept(reference: str, agency: Agency) -> Arbitration:
    """A question of competence that waits, whatever the case is."""
    return Arbitration.objects.create(
        id=uuid7(),
        reference=reference,
        from_schema=agency.schema_name,
        kind=Kind.COMPLAINT,
        concerns_code=organisation_of(agency).code,
        language="fr",
        received_at=clock.now(),
        cause=ArbitrationCause.RETURNED,
        asked_at=clock.now(),
        due_on_decision=clock.today() + timedelta(days=DECISION_DAYS),
    )


def schemas_that_say(text: str) -> set[str]:
    """The schemas in any of whose tables a row says it, public included."""
    return schemas_by_text([text])[text]


def schemas_by_text(texts: Sequence[str]) -> dict[str, set[str]]:
    """The same for several texts, by one reading of the tables."""
    found: dict[str, set[str]] = {text: set() for text in texts}
    with as_owner():
        name = _reading_prepared()
        for schema_name, text in sql_rows(f"EXECUTE {name} (%s)", list(texts)):
            found[text].add(schema_name)
    return found


def _reading_prepared() -> str:
    """The name of a statement that reads all tables there are now for an array of texts.

    Planning it takes five times as long as running it: it is kept for as long as the connection.
    """
    selects = sql_column(
        "SELECT format('SELECT DISTINCT %L, m FROM (SELECT t::text AS said FROM %I.%I t) r,"
        " unnest($1) m WHERE position(m IN said) > 0', schemaname, schemaname, tablename)"
        " FROM pg_tables WHERE schemaname LIKE 'a\\_%' OR schemaname = 'public' ORDER BY 1"
    )
    query = " UNION ALL ".join(f"({one})" for one in selects)
    name = f"reading_{sha256(query.encode()).hexdigest()[:16]}"
    if not sql_rows("SELECT FROM pg_prepared_statements WHERE name = %s", name):
        sql_run(f"PREPARE {name} (text[]) AS {query}")
    sql_run("SET LOCAL plan_cache_mode = force_generic_plan")
    return name


def rows_read_by(agency: Agency, texts: Sequence[str]) -> list[tuple[str, str]]:
    """The tables in which the agency's own role reads a row that says one of the texts."""
    with agency_context(agency):
        tables = sql_column(
            "SELECT format('%I.%I', n.nspname, c.relname)"
            " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND has_schema_privilege(n.oid, 'USAGE')"
            " AND has_table_privilege(c.oid, 'SELECT')"
            " AND (n.nspname = 'public' OR starts_with(n.nspname, 'a_')) ORDER BY 1"
        )
        return [
            (table, text)
            for table in tables
            for text in texts
            if sql_rows(f"SELECT FROM {table} t WHERE position(%s IN t::text) > 0", text)
        ]


def statements_on(*tables: str) -> list[str]:
    """What reads, adds, changes and deletes rows of national tables that have a reference."""
    return [
        statement.format(table=f"public.{table}")
        for table in tables
        for statement in (
            "SELECT FROM {table}",
            "INSERT INTO {table} DEFAULT VALUES",
            "UPDATE {table} SET reference = ''",
            "DELETE FROM {table}",
        )
    ]


def assert_refused(agency: Agency, statement: str) -> None:
    """PostgreSQL refuses it to the agency's own role, for want of a right."""
    with (
        agency_context(agency),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        sql_run(statement)


def holders(reference: str, agencies: Iterable[Agency]) -> list[Agency]:
    """The agencies in which a case is more than a stub."""
    found: list[Agency] = []
    for agency in agencies:
        with agency_context(agency):
            rows = Complaint.objects.filter(reference=reference)
            found += [agency for row in rows if row.status != Status.TRANSFERRED]
    return found


def tasks_allowed_at_any_time() -> None:
    """Let agencies queue tasks far from the database's clock, until the transaction ends.

    Else an agency's role queues none for a moment that is more than an hour away, and a history
    over months lives far from it.
    """
    with as_owner():
        sql_run("ALTER POLICY own ON django_tasks_database_dbtaskresult WITH CHECK (true)")
