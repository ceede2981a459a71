"""The steps of bin/demo that need Django; each runs in a separate process."""

import argparse
import gc
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from _bootstrap import Failed, say
from _processes import build_static, secret_file

from demo.notices import part_timed

NICENESS = 10


def step_data(options: argparse.Namespace) -> None:
    """Make tables, national lists, and the agencies that the first pages show."""
    from django.core.management import CommandError  # noqa: PLC0415 - only .venv has it

    command = _django()
    beside = _imported("demo.schema_script", "script_rendered_beside")
    # Migrations make a million objects and throw few away: looking for those takes a seventh.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        with part_timed("tables and lists", say=say), beside():
            command("prepare")
    except CommandError as refusal:
        raise Failed(str(refusal)) from None
    if has_roles():
        # The site and its worker sign in under a login of their own, which owns nothing.
        command("app_login", password_file=secret_file("APP_PASSWORD"))
    # First: once the cases are there, the database is in use and nothing more is invented.
    command("seed_workspace_requests")
    # With more, they would wait for the database.
    command("seed_demo", part="first", processes=min(2, os.cpu_count() or 1), **_size(options))


def step_static(_options: argparse.Namespace) -> None:
    """Build fonts and icons, then collect every static file under its hashed name."""
    # They are for everybody, and a proxy that serves them runs as another user.
    os.umask(0o022)
    command = _django()
    with part_timed("static files", say=say):
        build_static(os.environ, command=command)
        _imported("demo.static_files", "static_files_collect")()


def step_rest(options: argparse.Namespace) -> None:
    """Make the agencies and files that the first pages do not need, while the site runs."""
    os.nice(NICENESS)
    command = _django()
    command("seed_demo", part="rest", same_start=options.same_start, **_size(options))
    os.umask(0o022)
    _imported("demo.static_files", "DemoStaticFilesStorage")().compress_later()


def _size(options: argparse.Namespace) -> dict[str, int]:
    wanted = {"agencies": options.agencies, "complaints": options.complaints}
    return {name: number for name, number in wanted.items() if number is not None}


def _imported(module: str, name: str) -> Any:
    """Import by name a module that needs Django: bin/ is type-checked without its plugin."""
    return getattr(import_module(module), name)


def _django() -> Callable[..., object]:
    import django  # noqa: PLC0415 - only .venv has it
    from django.core.management import call_command  # noqa: PLC0415 - only .venv has it

    django.setup()
    return call_command


def has_roles() -> bool:
    """Return whether the database of this start has roles: yes, unless the setting says no."""
    from config.env import env_bool  # noqa: PLC0415 - only .venv has what it imports

    return env_bool("DATABASE_ROLES", default=True)


# Before the site is started, at the same time: one uses the database's core, the other its own.
PREPARING = ("data", "static")
STEPS = {"data": step_data, "static": step_static, "rest": step_rest}
