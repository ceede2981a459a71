"""The pinned packages install by hash alone, whatever pip resolves them."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-audit.txt")


def pinned(file_name: str) -> dict[str, Requirement]:
    """The requirement of each package in a pinned file, by its canonical name."""
    lines = (ROOT / file_name).read_text().splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]
    return {canonicalize_name(one.name): one for one in found}


def wanted_by(requirement: Requirement) -> list[Requirement]:
    """What the installed package asks for, with the extras of ``requirement``, on this Python."""
    try:
        asked = distribution(requirement.name).requires or []
    except PackageNotFoundError:
        # Another Python or another system needs it.
        return []
    environments = [{"extra": extra} for extra in ("", *requirement.extras)]
    return [
        one
        for one in map(Requirement, asked)
        if one.marker is None or any(one.marker.evaluate(given) for given in environments)
    ]


@pytest.mark.parametrize("file_name", FILES)
def test_every_extra_that_a_pinned_package_asks_for_is_pinned_with_it(file_name):
    packages = pinned(file_name)

    # pip 23.2 takes a package with an extra for another requirement, which then has no hash.
    unpinned = [
        f"{package.name} asks for {wanted}"
        for package in packages.values()
        for wanted in wanted_by(package)
        if wanted.extras - packages[canonicalize_name(wanted.name)].extras
    ]

    assert packages
    assert unpinned == []


@pytest.mark.parametrize("file_name", FILES)
def test_every_pin_is_exact_and_names_no_address(file_name):
    text = (ROOT / file_name).read_text()

    loose = [str(one) for one in pinned(file_name).values() if "==" not in str(one.specifier)]

    assert loose == []
    assert "://" not in text
