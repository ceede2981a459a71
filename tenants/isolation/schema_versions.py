"""Versions of agencies' schemas, and the check that this code can use a version."""

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

# Before the first installation, a single migration replaced all former migrations of each app. A
# database or export with one of these former migrations cannot be migrated to the present tables.
FORMER_DATABASE = ("tenants", "0001_address_book")
FORMER_EXPORT = "mail.0001_mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an agency's schema: the names of its migrations as ``app.name``."""

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
    """Return the schema version that this code expects, from the migration files."""
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
    """Return the SHA-256 of the contents of all migration files of agencies' apps."""
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
    """Return whether this database has the former migrations of ``FORMER_DATABASE``."""
    return FORMER_DATABASE in MigrationRecorder(connection).applied_migrations()


def version_serves(fingerprint: str) -> bool:
    """Return whether a schema of this version has all tables and columns that this code needs.

    A newer version has these tables and columns too (docs/runbooks/release.md). The result for an
    unknown version is false.
    """
    return fingerprint == code_version().fingerprint or _holds_enough(fingerprint)


# Cached results of ``version_serves``. The result for an unknown version is not cached, because the
# version may be stored later.
_ANSWERS: dict[str, bool] = {}


def _holds_enough(fingerprint: str) -> bool:
    if fingerprint not in _ANSWERS:
        if (row := SchemaVersion.objects.filter(fingerprint=fingerprint).first()) is None:
            return False
        _ANSWERS[fingerprint] = code_version().migrations <= frozenset(row.migrations)
    return _ANSWERS[fingerprint]
