"""Write an agency with all its data into one sealed file."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from shared.kernel.actors import SYSTEM
from shared.kernel.errors import DomainError
from tenants.agencies.selectors import agency_by_code
from tenants.agency_export.services.audit_log import export_record
from tenants.agency_export.services.encryption import key_make, new_file, recipient_parse
from tenants.agency_export.services.export import WrittenExport, export_write


class Command(BaseCommand):
    """``manage.py export_agency health /safe/health.insaf.age``, under the owner's login."""

    help = "Export an agency: its tables and files in one file, encrypted with age."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose data, where to, and who will be able to open it."""
        parser.add_argument("code")
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--recipient",
            default="",
            help="age1...: its holder alone can open the file. Without it a key is made beside it.",
        )

    def handle(self, *args: str, code: str, file: Path, recipient: str, **options: object) -> None:
        """Refuse to write over anything; then the file, and where its key lies."""
        key_file = file.with_name(f"{file.name}.key")
        for path in (file, *([] if recipient else [key_file])):
            if path.exists():
                raise CommandError(f"{path} is there already; it is not written over")
        try:
            agency = agency_by_code(code)
            made = export_write(
                agency=agency,
                recipient=recipient_parse(recipient) if recipient else _key_written(key_file),
                target=file,
            )
        except DomainError as error:
            raise CommandError(f"{error.code}: {error}") from None
        export_record(agency=agency, action="agency.exported", actor=SYSTEM)
        for line in _lines(made):
            self.stdout.write(line)
        if not recipient:
            self.stdout.write(
                f"The key is in {key_file}. Whoever has both files has everything; without the key"
                " nobody opens the bundle. Move it to another place."
            )


def _key_written(path: Path) -> str:
    """The recipient of a key that is made now and lies in a file of its own."""
    keys = key_make()
    with new_file(path) as file:
        file.write(keys.text.encode())
    return keys.recipient


def _lines(made: WrittenExport) -> list[str]:
    manifest = made.manifest
    rows = sum(one.rows for one in manifest.tables)
    lines = [
        f"{made.path}: {made.size} bytes, {len(manifest.tables)} tables, {rows} rows,"
        f" {manifest.files.count} files",
        f"SHA-256 {made.sha256}",
    ]
    for name in ("missing", "infected", "altered"):
        paths = getattr(manifest.files, name)
        if paths:
            lines.append(f"{len(paths)} files {name}: {' '.join(paths)}")
    return lines
