"""The lines of docs/runbooks/cluster.md that stand in boxes: they are run as they are read."""

import re
from functools import cache
from pathlib import Path
from textwrap import dedent

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbooks" / "cluster.md"
# Also within a list, where every line of it is indented.
BOX = re.compile(
    r"^(?P<indent> *)<!-- run: (?P<name>[^\n]+?) -->\n *```\w+\n(?P<text>.*?)^ *```$",
    re.DOTALL | re.MULTILINE,
)


@cache
def boxes() -> dict[str, str]:
    """The text of each box that is run, by its name."""
    found = [(box["name"], dedent(box["text"])) for box in BOX.finditer(RUNBOOK.read_text())]
    if len(dict(found)) != len(found):
        raise ValueError("two boxes have one name")
    return dict(found)


def box(name: str, replacements: dict[str, str]) -> str:
    """One box with the addresses and folders of this machine in the place of the runbook's.

    Raises ``KeyError`` for a name that the runbook has not, and ``ValueError`` for a replacement
    that replaces nothing: the runbook was changed, and the line would be run as it stands there.
    """
    text = boxes()[name]
    for written, used in replacements.items():
        if written not in text:
            raise ValueError(f"{name}: {written!r} is not in the runbook")
        text = text.replace(written, used)
    return text


def statements(name: str, replacements: dict[str, str]) -> list[str]:
    """The SQL statements of a box, one by one."""
    return [one.strip() for one in box(name, replacements).split(";\n") if one.strip()]
