"""The data of former releases: dumps that their own code has made (``bin/dev dump_release``)."""

import gzip
import io
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.test import override_settings

from shared.kernel import clock
from tenants.agencies.selectors import address_book_clear
from tests.support.databases import made_database
from tests.support.processes import outside_connection, roles_drop

RELEASES = Path(__file__).resolve().parents[1] / "tenants" / "fleet" / "releases"
# An update comes after the dump; no term of the data has run out by then.
UPDATED_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One dump, the commit that made it, and the settings with which it can be read."""

    folder: Path
    commit: str
    made_at: datetime
    settings: dict[str, str]

    @property
    def script(self) -> str:
        """The statements that make its tables and rows, without roles."""
        return gzip.decompress((self.folder / "dump.sql.gz").read_bytes()).decode()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Make it the moment of the update, whenever the test runs."""
        with clock.travel(self.made_at + UPDATED_AFTER):
            yield


def releases() -> list[Release]:
    """Each release of which the project keeps a dump, oldest first."""
    found = []
    for file in sorted(RELEASES.glob("*/release.toml")):
        told = tomllib.loads(file.read_text())
        names = ("commit", "made_at", "settings")
        found.append(Release(folder=file.parent, **{name: told[name] for name in names}))
    return found


@contextmanager
def restored(release: Release, *, media: Path) -> Iterator[None]:
    """The default connection leads to a new database with the release's data, before any update.

    As an operator restores it: by the owner, without the roles of the former server, which
    ``prepare`` makes anew. Database and roles are gone afterwards.
    """
    home = connection.settings_dict["NAME"]
    name = f"{connection.creation._get_test_db_name()}_former"
    _unpack(release, media)
    try:
        with made_database(home, name), override_settings(MEDIA_ROOT=media, **release.settings):
            with closing(outside_connection()) as made, made.cursor() as cursor:
                cursor.execute(release.script)
            address_book_clear()
            with release.at_work():
                yield
    finally:
        address_book_clear()
        roles_drop(home, name)


def _unpack(release: Release, media: Path) -> None:
    content = gzip.decompress((release.folder / "files.tar.gz").read_bytes())
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        packed.extractall(media, filter="data")
