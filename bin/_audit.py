"""Audits of the pinned packages: known vulnerabilities, and a software bill of materials (SBOM)."""

import json
import subprocess
import sys
from pathlib import Path

from _bootstrap import DEVELOPMENT, ROOT, RUNTIME, Failed, say

# The exit code if a package could not be checked.
UNASKED = 3


def audit(_given: list[str]) -> int:
    """Audit the runtime and development packages; return 1 if one has a known vulnerability.

    Returns 3 if a package could not be checked.
    """
    found = {_audited(name) for name in (RUNTIME, DEVELOPMENT)}
    return 1 if 1 in found else max(found)


def sbom(given: list[str]) -> int:
    """Write an SBOM file of the runtime packages, and return the exit code."""
    if len(given) != 1:
        raise Failed("name the file: bin/dev sbom FILE")
    options = ["--output-reproducible", "--pyproject", str(ROOT / "pyproject.toml")]
    command = [_tool("cyclonedx-py"), "requirements", *options, "-o", given[0], str(ROOT / RUNTIME)]
    return subprocess.run(command, check=False).returncode


def _audited(name: str) -> int:
    options = ["--disable-pip", "--no-deps", "--progress-spinner=off", "--timeout=15"]
    done = subprocess.run(
        [_tool("pip-audit"), *options, "--format=json", "-r", str(ROOT / name)],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        say(f"{name}: nobody could be asked ({(done.stderr.strip() or '?').splitlines()[-1]})")
        return UNASKED
    weak = [one for one in packages if one.get("vulns")]
    unknown = [one for one in packages if "skip_reason" in one]
    for one in weak:
        told = ", ".join(_told(known) for known in one["vulns"])
        say(f"{name}: {one['name']} {one['version']}: {told}")
    counts = f"{len(weak)} with a known weakness, {len(unknown)} unasked"
    say(f"{name}: {len(packages)} packages, {counts}")
    if weak:
        return 1
    return UNASKED if unknown else 0


def _told(known: dict[str, list[str]]) -> str:
    return f"{known['id']} (mended in {', '.join(known['fix_versions']) or 'no version'})"


def _tool(name: str) -> str:
    return str(Path(sys.prefix) / "bin" / name)
