"""Small runs of benches as their commands, beside each other: ``python -m`` with their names.

The installations are copies of one that is made first, for making takes seconds and copying does
not. Each bench runs in a child of its own, which knows the code already, and is answered with one
line: its own last one, or what it died of.
"""

import io
import json
import os
import subprocess
import sys
import traceback
from contextlib import ExitStack, redirect_stdout
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from bench.installation import (
    configure,
    create_database,
    database_name,
    database_url,
    exists,
    prepare,
    server_url,
)
from tests.bench.small_runs import FLEET, OWN, READING, SECOND, SMALL_RUNS

# One more at a time than there is work for two cores: some of them wait.
AT_ONCE = 3
# As tests/journeys/site.py: named by the page of the interface's description alone.
UNNAMED = ("--ignore=drf_spectacular_sidecar", "--ignore=rest_framework")
_FORK = get_context("fork")
_SLOTS = _FORK.Semaphore(AT_ONCE)
_PLACES = {place: _FORK.Lock() for place in (READING, SECOND, FLEET, OWN)}


def main() -> None:
    """Make the installation to copy, and run what was asked for."""
    folder = Path(os.environ["BENCH_FOLDER"])
    for name in ("MEDIA_ROOT", "BUNDLE_ROOT"):
        os.environ[name] = str(folder / name.lower())
    # Commands that a bench starts write where they please; only the lines go to whoever asked.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _make_template()
    _gather_static()
    # Not daemons, as the children of a pool are: benches have processes of their own.
    children = {
        name: _FORK.Process(target=_write_line, args=(name, folder / f"{name}.json"))
        for name in sys.argv[1:]
    }
    for child in children.values():
        child.start()
    for name, child in children.items():
        child.join()
        file = folder / f"{name}.json"
        died = {"bench": name, "died of": f"its process ended with {child.exitcode}"}
        answers.write(f"{file.read_text() if file.exists() else json.dumps(died)}\n")
    answers.close()


def _make_template() -> None:
    url, name = server_url(), database_name("template")
    # Made by the first test that needs a database: these may come before.
    prepared = os.environ.pop("SUITE_TEMPLATE", "")
    if prepared and exists(url, prepared):
        os.environ["BENCH_TEMPLATE"] = prepared
    create_database(url, name)
    # The tables and their script came with the copy; reviewed lists and roles are still missing.
    os.environ.pop("BENCH_TEMPLATE", None)
    configure(database_url(name, unhurried=True))
    from django.db import connections  # noqa: PLC0415 - there are none before configure()

    from config.warm_up import warm_up  # noqa: PLC0415
    from tenants.fleet.services.schema_template import template_version  # noqa: PLC0415
    from tenants.isolation.schema_switch import as_owner  # noqa: PLC0415

    prepare()
    with as_owner():
        # The script of an agency's tables comes with each copy: to render it takes seconds.
        template_version()
    warm_up()
    # A database that somebody is connected to cannot be copied.
    connections.close_all()
    os.environ |= {"BENCH_TEMPLATE": name, "DATABASE_URL": url, "WEB_WORKERS": "1"}


def _gather_static() -> None:
    """The static files of our own pages: compressing the others takes five times as long."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run([*command, *UNNAMED], check=True)
    os.environ["BENCH_STATIC_GATHERED"] = "1"


def _write_line(name: str, target: Path) -> None:
    asked = SMALL_RUNS[name]
    sys.argv = [name, *asked.options.split()]
    said = io.StringIO()
    with ExitStack() as stack:
        for place in sorted(asked.places):
            stack.enter_context(_PLACES[place])
        stack.enter_context(_SLOTS)
        try:
            with redirect_stdout(said):
                import_module(f"bench.{name}").main()
            line = said.getvalue().splitlines()[-1]
        except BaseException:  # noqa: BLE001, RUF100 - whoever asked is to hear of anything
            line = json.dumps({"bench": name, "died of": traceback.format_exc()[-3000:]})
    target.write_text(line)


if __name__ == "__main__":
    main()
