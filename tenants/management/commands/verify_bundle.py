"""Check a bundle to its last byte without touching the database."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.errors import DomainError
from tenants.agency_export.services.encryption import identity_in
from tenants.agency_export.services.verification import export_open


class Command(BaseCommand):
    """``manage.py verify_bundle FILE``: exit code 1 when anything is not as the bundle says."""

    help = "Open a bundle and compare every checksum in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The bundle and its key."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, help="FILE.key unless told otherwise.")

    def handle(self, *args: str, file: Path, key: Path | None, **options: object) -> None:
        """One line for each table, and the files in one."""
        key_file = key or file.with_name(f"{file.name}.key")
        for path in (file, key_file):
            if not path.is_file():
                raise CommandError(f"there is no {path}")
        try:
            self._report(file, identity_in(key_file.read_text(errors="replace")))
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from None

    def _report(self, file: Path, identity: str) -> None:
        # Beside the bundle: that disk has room for one, and the clear text has no name there.
        with (
            tempfile.TemporaryDirectory(dir=file.parent) as folder,
            export_open(file, identity=identity, folder=Path(folder)) as bundle,
        ):
            manifest = bundle.manifest
            self.stdout.write(
                f"{manifest.agency.code} of {manifest.installation}, exported"
                f" {manifest.exported_at}, SHA-256 {bundle.sha256}"
            )
            for one in manifest.tables:
                self.stdout.write(f"{one.sha256}  {one.member}  {one.rows} rows")
            self.stdout.write(f"{manifest.files.count} files, {manifest.files.bytes} bytes")
            for name in ("missing", "infected", "altered"):
                for path in getattr(manifest.files, name):
                    self.stdout.write(f"{name}: {path}")
            self.stdout.write("every checksum is right")
