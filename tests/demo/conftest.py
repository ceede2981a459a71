"""A small demonstration, seeded once for the module and undone after it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from shared.directory.models import Organisation
from shared.kernel.actors import SYSTEM
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.provisioning import agency_record
from tenants.models import Agency

CASABLANCA = "commune-06-141-01-0"
# Rabat belongs to nobody here: no case may be sent to it.
RABAT = "commune-04-421-01-0"
CODES = ("health", "interior")
SIZE = {"agencies": 2, "complaints": 24}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What was seeded: the agencies, and the folder that took the place of the project's."""

    agencies: tuple[Agency, ...]
    folder: Path


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    """Two agencies with 24 cases; the making of the second had been interrupted before."""
    folder = tmp_path_factory.mktemp("project")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=folder / "media"),
    ):
        connection.set_schema_to_public()
        _directory()
        info = AgencyInfo(code="interior", name_ar="الداخلية", name_fr="Intérieur", name_en="I")
        agency_record(info=info, actor=SYSTEM)
        seed()
        rows = Agency.objects.filter(code__in=CODES).order_by("code")
        yield Demo(agencies=tuple(rows), folder=folder)
        connection.set_schema_to_public()
        transaction.set_rollback(True)


def seed() -> str:
    """Run the command; returns what it said."""
    said = StringIO()
    call_command("seed_demo", **SIZE, stdout=said)
    return said.getvalue()


def _directory() -> None:
    ministries = {code: _body(code, "ministry") for code in CODES}
    _body(CASABLANCA, "commune", ministries["interior"])
    _body(RABAT, "commune")


def _body(code: str, kind: str, parent: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(
        code=code, kind=kind, name_ar=code, name_fr=code, name_en=code, parent=parent
    )
