"""Hours come from the package tzdata, whatever zone data the machine has."""

import json
import os
import pickle
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from shared.kernel import clock, zone_data
from shared.kernel.zone_data import offset_changes
from tests.support.zone_files import zone_file

# What a process of ours says of a moment; Django's own zone is the one of its filters and forms.
HOURS = """
import json
from pathlib import Path
{before}
from django.conf import settings
from django.utils import translation
assert settings.USE_TZ
translation.deactivate_all()
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from django.template import Context, Engine
from django.utils import timezone
from shared.kernel import clock
moment = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
print(json.dumps([
    f"{{moment.astimezone(clock.NATIONAL_ZONE):%H:%M}}",
    f"{{moment.astimezone(ZoneInfo('Africa/Casablanca')):%H:%M}}",
    f"{{timezone.localtime(moment):%H:%M}}",
    Engine().from_string('{{{{ at|date:"H:i" }}}}').render(Context({{"at": moment}})),
    clock.civil_day(moment.replace(hour=23)).isoformat(),
]))
"""
WITHOUT_THE_ZONE = """
known = Path.exists
Path.exists = lambda path: known(path) and not str(path).endswith("zoneinfo/Africa/Casablanca")
"""

EARLY = """
from zoneinfo import ZoneInfo
early = ZoneInfo("Africa/Casablanca")
"""


def hours(search_path, *, before=""):
    """The hours that a new process shows, with this search path for the machine's zone data."""
    done = subprocess.run(
        [sys.executable, "-c", HOURS.format(before=before)],
        capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONTZPATH": search_path},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


RIGHT = ["09:30"] * 4 + ["2026-12-01"]


@pytest.mark.slow
@pytest.mark.parametrize("machine", ["older", "newer", "absent"])
def test_the_machines_zone_data_changes_no_hour(tmp_path, machine):
    if machine == "absent":
        folder = tmp_path
    else:
        folder = zone_file(tmp_path, hours={"older": 1, "newer": 3}[machine])

    assert hours(str(folder)) == RIGHT


@pytest.mark.slow
def test_a_process_starts_where_the_machine_does_not_know_the_zone():
    assert hours("", before=WITHOUT_THE_ZONE) == RIGHT


def test_a_zone_that_was_made_too_early_is_read_again(tmp_path):
    folder = zone_file(tmp_path, hours=1)

    assert hours(str(folder), before=EARLY) == RIGHT


def test_the_zone_of_django_is_the_one_of_the_clock():
    assert clock.NATIONAL_ZONE.key == settings.TIME_ZONE
    assert timezone.get_default_timezone() is clock.NATIONAL_ZONE
    assert pickle.loads(pickle.dumps(clock.NATIONAL_ZONE)) is clock.NATIONAL_ZONE  # noqa: S301


def test_summer_time_ended_in_september_2026():
    found = list(
        offset_changes(
            clock.NATIONAL_ZONE,
            after=datetime(2026, 1, 1, tzinfo=UTC),
            until=datetime(2027, 1, 1, tzinfo=UTC),
        )
    )

    assert found == [
        (datetime(2026, 2, 15, 2, tzinfo=UTC), timedelta(0)),
        (datetime(2026, 3, 22, 2, tzinfo=UTC), timedelta(hours=1)),
        (datetime(2026, 9, 20, 1, tzinfo=UTC), timedelta(0)),
    ]


def test_a_change_is_found_to_the_second(tmp_path, monkeypatch):
    moment = datetime(2026, 5, 3, 1, 59, 59, tzinfo=UTC)
    zone_file(tmp_path, hours=2, changes=[(int(moment.timestamp()), 5)])
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", (tmp_path / "nothing", tmp_path))

    zone = zone_data.machine_zone()

    assert zone is not None
    found = offset_changes(zone, after=clock.FIRST_MOMENT, until=clock.LAST_MOMENT)
    assert list(found) == [(moment, timedelta(hours=5))]


def test_a_file_that_is_no_zone_is_none(tmp_path, monkeypatch):
    (tmp_path / "Africa").mkdir()
    Path(tmp_path, "Africa", "Casablanca").write_text("nothing of a zone")
    monkeypatch.setattr(zone_data, "MACHINE_PATHS", (tmp_path,))

    assert zone_data.machine_zone() is None
