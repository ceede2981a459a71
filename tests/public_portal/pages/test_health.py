from unittest.mock import Mock

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from public_portal.pages.selectors import readiness
from public_portal.pages.types import Readiness
from tenants.isolation.backends.database_nodes import NodeState
from tenants.isolation.leak_test import leak_test
from tenants.models import Agency
from tenants.models.enums import AgencyState
from tests.support.factories import filed

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_an_installation_with_all_its_migrations_is_ready(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": True, "migrations": True, "clock": True},
    )


def test_a_missing_migration_is_not_ready(client):
    latest = MigrationLoader(connection).graph.leaf_nodes("tenants")[0]
    MigrationRecorder(connection).record_unapplied(*latest)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "not ready", "database": True, "migrations": False, "clock": True},
    )


def test_a_migration_from_a_newer_release_does_not_stop_an_older_one():
    MigrationRecorder(connection).record_applied("tenants", "9999_from_tomorrow")

    assert readiness() == Readiness(database=True, migrations=True, clock=True)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_never_kept_by_a_cache(client, path):
    assert client.get(path)["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_metrics_speak_the_text_format_of_prometheus(client):
    response = client.get("/metrics")

    assert response["Content-Type"].split(";")[0] == "text/plain"
    assert b"\n# TYPE python_info gauge\n" in response.content


def gauges(client):
    lines = client.get("/metrics").content.decode().splitlines()
    ours = (line.rpartition(" ") for line in lines if line.startswith("insaf_"))
    return {name: float(value) for name, _space, value in ours}


def test_metrics_tell_how_all_agencies_do(client, roads, water):
    Agency.objects.filter(pk=roads.pk).update(state=AgencyState.SUSPENDED, version="old")
    filed(water)
    leak_test()

    found = gauges(client)

    assert found["insaf_fleet_known"] == 1
    assert found['insaf_agencies{state="active"}'] == 1
    assert found['insaf_agencies{state="suspended"}'] == 1
    assert found["insaf_agencies_behind"] == 1
    assert found["insaf_workers"] == 0
    assert found["insaf_register_waiting"] > 0
    assert found["insaf_tasks_waiting"] > 0
    assert found["insaf_leak_test_leaks"] == 0
    assert 0 <= found["insaf_leak_test_age_seconds"] < 60
    assert found["insaf_stripe_dead_letters"] == 0


def test_metrics_name_no_agency_and_nobody(client, roads, water):
    reference = filed(water).reference

    page = client.get("/metrics").content.decode()

    for word in ("roads", "water", "person@example.org", reference):
        assert word not in page


def test_metrics_tell_what_each_page_costs(client):
    client.get("/healthz")
    before = gauges(client)
    client.get("/healthz")
    client.get("/en/organisations/roads/")

    found = gauges(client)

    page, metrics = '{page="GET healthz"}', '{page="GET metrics"}'
    assert (
        found[f"insaf_page_requests_total{page}"] == before[f"insaf_page_requests_total{page}"] + 1
    )
    for name in ("processor_seconds", "elapsed_seconds", "statements", "rows"):
        assert found[f"insaf_page_{name}_total{metrics}"] > 0
    # No counter of Prometheus may go down.
    assert [
        name for name, value in before.items() if "_total" in name and found[name] < value
    ] == []


def test_metrics_tell_what_pages_cost_while_the_database_is_away(client, monkeypatch):
    client.get("/healthz")
    monkeypatch.setattr(
        "public_portal.pages.selectors.health_summary", Mock(side_effect=DatabaseError)
    )

    found = gauges(client)

    assert found["insaf_fleet_known"] == 0
    assert found['insaf_page_requests_total{page="GET healthz"}'] > 0


def test_metrics_cost_the_same_few_queries_whatever_there_is(
    client, roads, water, django_assert_max_num_queries
):
    # Three of them look for the host, which a process remembers for some seconds; one compares zone
    # data once an hour, in a savepoint, which a database without the zone takes back.
    with django_assert_max_num_queries(21):
        client.get("/metrics")


@pytest.fixture
def half_a_cluster(monkeypatch, roads):
    """Two nodes, of which the one with the agency for roads does not answer."""
    states = [
        NodeState(name="db-1.internal:5432", agencies=3, silent_seconds=None),
        NodeState(name="db-2.internal:5432", agencies=1, silent_seconds=90.0),
    ]
    for module in ("public_portal.pages.selectors", "public_portal.pages.services"):
        monkeypatch.setattr(f"{module}.node_states", lambda: states)
    monkeypatch.setattr(
        "tenants.fleet.services.health.agency_list.unreachable_schemas",
        lambda: frozenset({roads.schema_name}),
    )


def test_readiness_names_the_node_that_is_silent_and_stays_ready(client, half_a_cluster):
    response = client.get("/readyz")

    assert response.status_code == 200
    # By number: addresses are nobody's business outside.
    assert response.json()["nodes"] == {"node 1": True, "node 2": False}


def test_metrics_name_the_node_that_is_silent(client, half_a_cluster):
    found = gauges(client)

    assert found['insaf_database_node_answers{node="db-1.internal:5432"}'] == 1
    assert found['insaf_database_node_answers{node="db-2.internal:5432"}'] == 0
    assert found['insaf_database_node_agencies{node="db-1.internal:5432"}'] == 3


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ar", "خادم إدارة واحدة لا يستجيب: الطرق."),
        ("fr", "Le serveur de 1 administration ne répond pas\u00a0: Routes."),
        ("en", "The server of 1 administration does not answer: Roads."),
    ],
)
def test_the_page_of_the_service_names_the_administration(
    client, half_a_cluster, language, sentence
):
    page = client.get(f"/{language}/status/").content.decode()

    assert sentence in page
    # Where a server stands in the network is nobody's business.
    assert "internal" not in page


def test_without_a_cluster_nothing_is_said_of_nodes(client):
    assert "nodes" not in client.get("/readyz").json()
    assert not [name for name in gauges(client) if "node" in name]
