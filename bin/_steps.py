"""The steps of bin/demo that need Django; each step runs in a separate process."""

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
    """Make the tables, the national lists, and the first agencies of the demonstration."""
    from django.core.management import CommandError  # noqa: PLC0415 - only .venv has it

    command = _django()
    beside = _imported("demo.schema_script", "script_rendered_beside")
    # Fewer garbage collections save a seventh of the time of the migrations.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        with part_timed("tables and lists", say=say), beside():
            command("prepare")
    except CommandError as refusal:
        raise Failed(str(refusal)) from None
    if has_roles():
        # This command sets the password of the login of the web process and the worker.
        command("app_login", password_file=secret_file("APP_PASSWORD"))
    # This command does nothing if the database has cases, so it must be before ``seed_demo``.
    command("seed_workspace_requests")
    # More than two processes would not be faster, because the database would be busy.
    command("seed_demo", part="first", processes=min(2, os.cpu_count() or 1), **_size(options))


def step_static(_options: argparse.Namespace) -> None:
    """Build fonts and icons, then run collectstatic."""
    # A proxy, which runs as another user, must be able to read the static files.
    os.umask(0o022)
    command = _django()
    with part_timed("static files", say=say):
        build_static(os.environ, command=command)
        _imported("demo.static_files", "static_files_collect")()


def step_rest(options: argparse.Namespace) -> None:
    """Make the rest of the demonstration's agencies and files."""
    os.nice(NICENESS)
    command = _django()
    command("seed_demo", part="rest", same_start=options.same_start, **_size(options))
    os.umask(0o022)
    _imported("demo.static_files", "DemoStaticFilesStorage")().compress_later()


def _size(options: argparse.Namespace) -> dict[str, int]:
    wanted = {"agencies": options.agencies, "complaints": options.complaints}
    return {name: number for name, number in wanted.items() if number is not None}


def _imported(module: str, name: str) -> Any:
    """Return an attribute of a module that needs Django.

    An import statement would fail in mypy, which checks bin/ without Django's plugin.
    """
    return getattr(import_module(module), name)


def _django() -> Callable[..., object]:
    import django  # noqa: PLC0415 - only .venv has it
    from django.core.management import call_command  # noqa: PLC0415 - only .venv has it

    django.setup()
    return call_command


def has_roles() -> bool:
    """Return whether each schema has a database role (variable DATABASE_ROLES, default true)."""
    from config.env import env_bool  # noqa: PLC0415 - only .venv has what it imports

    return env_bool("DATABASE_ROLES", default=True)


# The steps that run at the same time, before the site starts.
PREPARING = ("data", "static")
STEPS = {"data": step_data, "static": step_static, "rest": step_rest}
