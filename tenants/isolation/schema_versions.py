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

# Before the first installation, the migrations of each app were replaced by a single one. A
# database or export with these former migrations is older, and cannot be migrated to the present
# tables.
FORMER_DATABASE = ("tenants", "0001_address_book")
FORMER_EXPORT = "mail.0001_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A set of migrations of the agencies' tables, each as ``app.name``."""

    migrations: frozenset[str]

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the sorted migration names, in hexadecimal."""
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
    """Return the SHA-256 of all migration files, because an edited file keeps its name."""
    files = sorted(
        file
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for file in Path(config.path).glob("migrations/*.py")
    )
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def version_record(version: Version) -> None:
    """Store a schema version in the database, unless it is already stored."""
    SchemaVersion.objects.get_or_create(
        fingerprint=version.fingerprint, defaults={"migrations": sorted(version.migrations)}
    )


def database_is_former() -> bool:
    """Return whether this database was made before the migrations were replaced."""
    return FORMER_DATABASE in MigrationRecorder(connection).applied_migrations()


def version_serves(fingerprint: str) -> bool:
    """Return whether a schema of this version has all tables and columns that this code needs.

    A newer version is sufficient, because migrations only add in the release before the code that
    needs them (docs/runbooks/release.md). An older or unknown version is not.
    """
    return fingerprint == code_version().fingerprint or _holds_enough(fingerprint)


# A stored version never changes, so its answer is cached. An unknown version may be stored later,
# so its answer is not cached.
_ANSWERS: dict[str, bool] = {}


def _holds_enough(fingerprint: str) -> bool:
    if fingerprint not in _ANSWERS:
        if (row := SchemaVersion.objects.filter(fingerprint=fingerprint).first()) is None:
            return False
        _ANSWERS[fingerprint] = code_version().migrations <= frozenset(row.migrations)
    return _ANSWERS[fingerprint]
