"""Each test file in a process of its own, on a fresh copy of one database: ``bin/dev test_files``.

Starting Python and reading the project take longer than the tests of most files: they are done
once, and each file gets a fork of that process.
"""

import os
import shutil
import sys
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.urls import get_resolver

# How pytest ends when every test of a file was left out by an option.
PASSED = {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}


def main() -> int:
    """Run the files and folders of the command line; name those that failed."""
    given = sys.argv[1:]
    times = 2 if "--twice" in given else 1
    options = [one for one in given if one.startswith("-") and one != "--twice"]
    files = _files([one for one in given if not one.startswith("-")] or ["tests"])
    django.setup()
    # Models cannot be imported before.
    from tests.support.databases import template_drop, template_make  # noqa: PLC0415

    template = os.environ["TEST_TEMPLATE"]
    template_make(template)
    # Otherwise each file would read all views again.
    get_resolver().url_patterns  # noqa: B018
    failed = []
    try:
        for number, file in enumerate(files, 1):
            _say(f"\n{number}/{len(files)} {file}")
            if not {_run(file, options) for _time in range(times)} <= PASSED:
                failed.append(file)
    finally:
        template_drop(template)
    _say(f"\n{len(files) - len(failed)} of {len(files)} files passed alone")
    for file in failed:
        _say(f"failed: {file}")
    return 1 if failed else 0


def _files(paths: list[str]) -> list[str]:
    found: list[str] = []
    for path in map(Path, paths):
        found += map(str, sorted(path.rglob("test_*.py")) if path.is_dir() else [path])
    return found


def _run(file: str, options: list[str]) -> int:
    for folder in (settings.MEDIA_ROOT, settings.BUNDLE_ROOT):
        shutil.rmtree(folder, ignore_errors=True)
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = pytest.main([*options, file])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
