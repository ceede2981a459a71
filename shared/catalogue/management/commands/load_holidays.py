"""The command ``load_holidays``, which loads the holidays of four years from last year on."""

from collections import Counter
from collections.abc import Iterator

import holidays
from django.core.management.base import BaseCommand

from shared.catalogue.errors import CatalogueDataInvalid
from shared.catalogue.services.holidays import holidays_load
from shared.catalogue.types import HolidayRow
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.reference_data.files import file_entries
from shared.reference_data.wordings import wording_in

YEARS_BACK, YEARS_AHEAD = 1, 2
ESTIMATE = " (estimated)"


class Command(BaseCommand):
    """The command that loads the holidays."""

    # The code is here and not in a service, because other processes must not import the large
    # library of holidays.
    help = "Load the days off, leaving what oversight decided. Safe to run again."

    def handle(self, *args: str, **options: object) -> None:
        """Load the holidays, and print the count of changes."""
        this_year = clock.today().year
        rows = [
            row
            for year in range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)
            for row in year_rows(year)
        ]
        self.stdout.write(f"holidays: {holidays_load(rows=rows, actor=SYSTEM)} written")


def year_rows(year: int) -> Iterator[HolidayRow]:
    """Yield the holidays of a year. Raises ``CatalogueDataInvalid`` for one not in the file."""
    known = {
        entry["source"]: entry
        for entry in file_entries("shared.catalogue", "holidays.toml", table="holiday")
    }
    seen: Counter[str] = Counter()
    for day, names in sorted(holidays.country_holidays("MA", years=year, language="en_US").items()):
        for name in names.split("; "):
            entry = known.get(name.removesuffix(ESTIMATE))
            if entry is None:
                raise CatalogueDataInvalid(f"{name}: no names in holidays.toml")
            seen[entry["code"]] += 1
            yield HolidayRow(
                key=f"{entry['code']}-{year}-{seen[entry['code']]}",
                day=day,
                names=wording_in(entry, "name"),
                is_lunar=entry.get("is_lunar", False),
            )
