"""Versions of agencies' schemas, and whether this code can work with them."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tenants.models import SchemaVersion

# While Insaf was installed nowhere, the migrations of each app were replaced by one. A database or
# an export that has these was made before, and no migration leads from it to the present tables.
FORMER_DATABASE = ("tenants", "0001_address_book")
FORMER_EXPORT = "mail.0001_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A set of migrations of the agencies' tables, each as ``app.name``."""

    migrations: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the sorted names, in hexadecimal."""
        return hashlib.sha256("\n".join(sorted(self.migrations)).encode()).hexdigest()


def agency_labels() -> frozenset[str]:
    """Return the labels of the apps whose tables every agency has."""
    return frozenset(
        config.label for config in apps.get_app_configs() if config.name in settings.TENANT_APPS
    )


@cache
def code_version() -> Version:
    """Return the schema version that this code expects; the migration files are read once."""
    labels = agency_labels()
    return Version(
        migrations=frozenset(
            f"{a}.{name}"
            for a, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
            if a in labels
        )
    )


@cache
def source_digest() -> str:
    """Return the SHA-256 of the migration files: one that is edited keeps its name."""
    files = sorted(
        file
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for file in Path(config.path).glob("migrations/*.py")
    )
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def version_record(version: Version) -> None:
    """Store a version in the table of versions, unless it is there."""
    SchemaVersion.objects.get_or_create(
        fingerprint=version.fingerprint, defaults={"migrations": sorted(version.migrations)}
    )


def database_is_former() -> bool:
    """Return whether this database was made before the migrations were replaced."""
    return FORMER_DATABASE in MigrationRecorder(connection).applied_migrations()


def version_serves(fingerprint: str) -> bool:
    """Return whether a schema of that version has all that this code needs.

    A newer version has it: migrations only add in the release before the code that needs them
    (docs/runbooks/release.md). An older or unknown version does not.
    """
    return fingerprint == code_version().fingerprint or _holds_enough(fingerprint)


# Old rows never change, so an answer stays true; "not known" may become known, so it is not kept.
_ANSWERS: dict[str, bool] = {}


def _holds_enough(fingerprint: str) -> bool:
    if fingerprint not in _ANSWERS:
        if (row := SchemaVersion.objects.filter(fingerprint=fingerprint).first()) is None:
            return False
        _ANSWERS[fingerprint] = code_version().migrations <= frozenset(row.migrations)
    return _ANSWERS[fingerprint]
