"""The code blocks of docs/runbooks/cluster.md that are marked as run, for use as they are."""

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
    """Return the text of each marked code block by its name."""
    found = [(box["name"], dedent(box["text"])) for box in BOX.finditer(RUNBOOK.read_text())]
    if len(dict(found)) != len(found):
        raise ValueError("two boxes have one name")
    return dict(found)


def box(name: str, replacements: dict[str, str]) -> str:
    """Return one block with addresses and folders of this machine in place of the runbook's.

    Raises ``KeyError`` for a name that is not in the runbook, and ``ValueError`` for a replacement
    that replaces nothing: then the runbook was changed, and the line would be run unchanged.
    """
    text = boxes()[name]
    for written, used in replacements.items():
        if written not in text:
            raise ValueError(f"{name}: {written!r} is not in the runbook")
        text = text.replace(written, used)
    return text


def statements(name: str, replacements: dict[str, str]) -> list[str]:
    """Return the SQL statements of a block, one by one."""
    return [one.strip() for one in box(name, replacements).split(";\n") if one.strip()]
