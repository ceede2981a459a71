"""The command that exports all data of an agency into one encrypted file."""

from pathlib import Path

from django.core.management.base import CommandError

from shared.kernel.actors import SYSTEM
from tenants.agencies.selectors import agency_by_code
from tenants.agency_export.services.encryption import key_make, new_file, recipient_parse
from tenants.agency_export.services.export import WrittenExport, export_write
from tenants.agency_export.services.requests import export_record
from tenants.management.base import DomainCommand


class Command(DomainCommand):
    """``manage.py export_agency health /safe/health.insaf.age``, with the owner's login."""

    help = "Export an agency: its tables and files in one file, encrypted with age."
    arguments = {
        "code": {},
        "file": {"type": Path},
        "--recipient": {
            "default": "",
            "help": "age1...: only its holder opens the file. Without it a key is made beside it.",
        },
    }

    def handle(self, *args: str, code: str, file: Path, recipient: str, **options: object) -> None:
        """Write the export and, without a recipient, its key to new files; print the result."""
        key_file = file.with_name(f"{file.name}.key")
        for path in (file, *([] if recipient else [key_file])):
            if path.exists():
                raise CommandError(f"{path} is there already; it is not written over")
        agency = agency_by_code(code)
        made = export_write(
            agency=agency,
            recipient=recipient_parse(recipient) if recipient else _key_written(key_file),
            target=file,
        )
        export_record(agency=agency, action="agency.exported", actor=SYSTEM)
        for line in _lines(made):
            self.stdout.write(line)
        if not recipient:
            self.stdout.write(
                f"The key is in {key_file}. Whoever has both files has everything; without the key"
                " nobody opens the bundle. Move it to another place."
            )


def _key_written(path: Path) -> str:
    keys = key_make()
    with new_file(path) as file:
        file.write(keys.text.encode())
    return keys.recipient


def _lines(made: WrittenExport) -> list[str]:
    tables, files = made.manifest.tables, made.manifest.files
    rows = sum(one.rows for one in tables)
    lists = {"missing": files.missing, "infected": files.infected, "altered": files.altered}
    return [
        f"{made.path}: {made.size} bytes, {len(tables)} tables, {rows} rows, {files.count} files",
        f"SHA-256 {made.sha256}",
        *(
            f"{len(paths)} files {name}: {' '.join(paths)}"
            for name, paths in lists.items()
            if paths
        ),
    ]
