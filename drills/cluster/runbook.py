"""The code blocks of docs/runbooks/cluster.md that are marked to be run by the drill."""

import re
from functools import cache
from pathlib import Path
from textwrap import dedent

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbooks" / "cluster.md"
# A block may be in a list, where every line of the block is indented.
BOX = re.compile(
    r"^(?P<indent> *)<!-- run: (?P<name>[^\n]+?) -->\n *```\w+\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


@cache
def boxes() -> dict[str, str]:
    """Return a dict: name of a marked code block -> text of the block."""
    found = [(box["name"], dedent(box["text"])) for box in BOX.finditer(RUNBOOK.read_text())]
    if len(dict(found)) != len(found):
        raise ValueError("two boxes have one name")
    return dict(found)


def box(name: str, replacements: dict[str, str]) -> str:
    """Return a code block of the runbook, with each key of ``replacements`` replaced by its value.

    Raises ``KeyError`` for a name that is not in the runbook, and ``ValueError`` for a key that is
    not in the block.
    """
    text = boxes()[name]
    for written, used in replacements.items():
        if written not in text:
            raise ValueError(f"{name}: {written!r} is not in the runbook")
        text = text.replace(written, used)
    return text


def statements(name: str, replacements: dict[str, str]) -> list[str]:
    """Return the SQL statements of a block as a list."""
    return [one.strip() for one in box(name, replacements).split(";\n") if one.strip()]
