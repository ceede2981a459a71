"""An installation of many agencies, kept between runs because making it takes a minute or two."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.installation import (
    configure,
    create_database,
    database_name,
    database_url,
    exists,
    prepare,
    server_url,
)

# The sizes of two installations; their difference shows what grows with the number of agencies.
FEW = 10
MANY = 2_000


@contextmanager
def fleet(agencies: int = MANY) -> Iterator[list[str]]:
    """Make missing agencies up to ``agencies`` and yield all codes; the installation is kept."""
    url, database = server_url(), database_name(f"fleet_{agencies}")
    if not exists(url, database):
        create_database(url, database)
    configure(database_url(database, unhurried=True))
    from django.db import connections  # noqa: PLC0415 - models exist only after configure

    try:
        prepare()
        yield _agencies(agencies)
    finally:
        connections.close_all()


def _agencies(count: int) -> list[str]:
    from shared.kernel.actors import SYSTEM  # noqa: PLC0415
    from tenants.agencies.selectors import agency_list  # noqa: PLC0415
    from tenants.agencies.types import AgencyInfo  # noqa: PLC0415
    from tests.support.provisioning import agencies_create  # noqa: PLC0415

    codes = [f"body-{number:05}" for number in range(count)]
    present = set(agency_list().values_list("code", flat=True))
    missing = [code for code in codes if code not in present]
    if missing:
        began = time.monotonic()
        infos = [AgencyInfo(code=one, name_ar=one, name_fr=one, name_en=one) for one in missing]
        failed = agencies_create(infos=infos, actor=SYSTEM)
        if failed:
            raise RuntimeError(f"{len(failed)} were not made: {next(iter(failed.items()))}")
        seconds = time.monotonic() - began
        print(f"{len(missing)} agencies made in {seconds:.0f} s", file=sys.stderr)
    _give_organisations(codes)
    return codes


def _give_organisations(codes: list[str]) -> None:
    """Make a body of the directory for each agency, so that citizens can write to the agency."""
    from shared.directory.models import Organisation  # noqa: PLC0415

    names = ("name_ar", "name_fr", "name_en")
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=code, kind="institution", agency_code=code, **dict.fromkeys(names, code)
            )
            for code in codes
        ],
        ignore_conflicts=True,
    )
    # Loading the directory at each start deactivates bodies that its sources do not contain.
    Organisation.objects.filter(code__in=codes).update(is_active=True)
