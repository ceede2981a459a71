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
    """Make the tables, the national lists, and the agencies that the first pages show."""
    from django.core.management import CommandError  # noqa: PLC0415 - only .venv has it

    command = _django()
    beside = _imported("demo.schema_script", "script_rendered_beside")
    # Migrations free few of their million objects; garbage collection would take a seventh.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        with part_timed("tables and lists", say=say), beside():
            command("prepare")
    except CommandError as refusal:
        raise Failed(str(refusal)) from None
    if has_roles():
        # The web process and the worker use a database login that owns no table.
        command("app_login", password_file=secret_file("APP_PASSWORD"))
    # This command is first, because it adds nothing to a database that has cases.
    command("seed_workspace_requests")
    # More than two processes would wait for the database.
    command("seed_demo", part="first", processes=min(2, os.cpu_count() or 1), **_size(options))


def step_static(_options: argparse.Namespace) -> None:
    """Build fonts and icons, then collect every static file under its hashed name."""
    # A proxy that serves the files runs as another user, who must be able to read them.
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
    """Return an attribute of a module that needs Django.

    The module is imported by name, because bin/ is type-checked without Django's mypy plugin.
    """
    return getattr(import_module(module), name)


def _django() -> Callable[..., object]:
    import django  # noqa: PLC0415 - only .venv has it
    from django.core.management import call_command  # noqa: PLC0415 - only .venv has it

    django.setup()
    return call_command


def has_roles() -> bool:
    """Return whether the database of this start has roles (``DATABASE_ROLES``, true by default)."""
    from config.env import env_bool  # noqa: PLC0415 - only .venv has what it imports

    return env_bool("DATABASE_ROLES", default=True)


# Both steps run at the same time before the site starts; only "data" uses the database.
PREPARING = ("data", "static")
STEPS = {"data": step_data, "static": step_static, "rest": step_rest}
