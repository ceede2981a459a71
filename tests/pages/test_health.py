import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from public_portal.pages.selectors import readiness
from public_portal.pages.types import Readiness

pytestmark = pytest.mark.django_db


def test_a_process_that_answers_is_alive(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_an_installation_with_all_its_migrations_is_ready(client):
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        200,
        {"status": "ready", "database": True, "migrations": True},
    )


def test_a_missing_migration_is_not_ready(client):
    latest = MigrationLoader(connection).graph.leaf_nodes("tenants")[0]
    MigrationRecorder(connection).record_unapplied(*latest)

    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "not ready", "database": True, "migrations": False},
    )


def test_a_migration_from_a_newer_release_does_not_stop_an_older_one():
    MigrationRecorder(connection).record_applied("tenants", "9999_from_tomorrow")

    assert readiness() == Readiness(database=True, migrations=True)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_probes_are_never_kept_by_a_cache(client, path):
    assert client.get(path)["Cache-Control"] == (
        "max-age=0, no-cache, no-store, must-revalidate, private"
    )


def test_metrics_speak_the_text_format_of_prometheus(client):
    response = client.get("/metrics")

    assert response["Content-Type"].split(";")[0] == "text/plain"
    assert b"\n# TYPE python_info gauge\n" in response.content
