"""Benches as their commands, on two installations that are made once: ``python -m`` with a list.

The list is JSON on the standard input: groups, one after the other, of rows that go on beside each
other, of benches with their options. Each bench is answered with one line.
"""

import io
import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import redirect_stdout
from importlib import import_module
from multiprocessing import get_context

from bench.filling import site
from bench.installation import execute

Row = list[tuple[str, list[str]]]


def main() -> None:
    """Make both installations, and run what was asked for in children that know them already."""
    groups: list[list[Row]] = json.load(sys.stdin)
    server, first = os.environ["DATABASE_URL"], os.environ["BENCH_DATABASE"]
    with redirect_stdout(io.StringIO()), site():
        pass
    # Making an installation takes seconds, copying it does not; preparing gives it its own roles.
    execute(server, f'CREATE DATABASE "{first}_second" TEMPLATE "{first}"')
    with redirect_stdout(io.StringIO()), site(second=True):
        pass
    with get_context("fork").Pool(2) as children:
        for group in groups:
            for lines in children.map(_lines, group):
                sys.stdout.writelines(f"{line}\n" for line in lines)


def _lines(row: Row) -> list[str]:
    return list(_measured(row))


def _measured(row: Row) -> Iterator[str]:
    for name, options in row:
        sys.argv = [name, *options]
        said = io.StringIO()
        try:
            with redirect_stdout(said):
                import_module(f"bench.{name}").main()
            yield said.getvalue().splitlines()[-1]
        except BaseException:  # noqa: BLE001, RUF100 - whoever asked is to hear of anything
            yield json.dumps({"bench": name, "died of": traceback.format_exc()[-3000:]})


if __name__ == "__main__":
    main()
