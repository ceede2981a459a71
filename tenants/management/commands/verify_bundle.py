"""The command that compares the checksums of an agency's export, without the database."""

import tempfile
from pathlib import Path

from tenants.agency_export.services.encryption import identity_in
from tenants.agency_export.services.export_verification import export_open
from tenants.management.base import DomainCommand
from tenants.management.commands.restore_agency import KEY_ARGUMENT, key_file_of


class Command(DomainCommand):
    """``manage.py verify_bundle FILE``; the exit code is 1 if a checksum is wrong."""

    help = "Open a bundle and compare every checksum in it."
    requires_system_checks: list[str] = []
    arguments = {"file": {"type": Path}, "--key": KEY_ARGUMENT}

    def handle(self, *args: str, file: Path, key: Path | None, **options: object) -> None:
        """Print one line for each table, and one line for the files."""
        identity = identity_in(key_file_of(file, key).read_text(errors="replace"))
        # The temporary folder is on the disk of the export, which has enough space.
        with (
            tempfile.TemporaryDirectory(dir=file.parent) as folder,
            export_open(file, identity=identity, folder=Path(folder)) as opened_export,
        ):
            manifest = opened_export.manifest
            self.stdout.write(
                f"{manifest.agency.code} of {manifest.installation}, exported"
                f" {manifest.exported_at}, SHA-256 {opened_export.sha256}"
            )
            for one in manifest.tables:
                self.stdout.write(f"{one.sha256}  {one.member}  {one.rows} rows")
            self.stdout.write(f"{manifest.files.count} files, {manifest.files.bytes} bytes")
            for name in ("missing", "infected", "altered"):
                for path in getattr(manifest.files, name):
                    self.stdout.write(f"{name}: {path}")
            self.stdout.write("every checksum is right")
