"""The random choice of defects from code under development, with equal numbers of each kind.

Lines that the last commits have changed come first, because new defects are likely there.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.defect_changes import Change, is_fit, python_changes, template_changes

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("agency_console", "public_portal", "shared", "tenants")
KINDS = ("services", "selectors", "forms", "views")
TEMPLATES = "templates"
RECENT_COMMITS = 300
# The highest number of defects for a template, because more defects add little information.
MAX_OF_TEMPLATE = 3
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_EXTENDS = re.compile(r'\{%\s*extends\s+"([^"]+)"')

# A function that runs a git command and returns the output, blank where git has no history.
Git = Callable[..., str]
Lines = dict[str, set[int]]
Executed = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A change of a file that makes a defect."""

    file: str
    change: Change

    @property
    def name(self) -> str:
        """Return the name of the changed function or template in records of executions."""
        inner = self.change.inner
        return f"{self.file}:{inner}" if inner else self.file

    @property
    def layer(self) -> str:
        """Return the layer of the file: services, selectors, forms, views or templates."""
        return kind_of(Path(self.file)) if self.change.function else TEMPLATES

    def is_fit(self) -> bool:
        """Return whether the defect can be put in; slow, because the source is compiled."""
        return not self.change.function or is_fit((ROOT / self.file).read_text(), self.change)

    def shown(self) -> str:
        """Return the place and the kind of the defect, for a line of the report."""
        inside = f" ({self.change.inner})" if self.change.inner else ""
        return f"{self.file}:{self.change.line}{inside}: {self.change.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The chosen defects, and skipped defects, which no recorded test executes."""

    defects: list[Defect]
    unexecuted: list[Defect]


def draw(*, count: int, seed: int, executed: frozenset[str], is_whole: bool, git: Git) -> Drawn:
    """Choose defects; the same seed, sources and record give the same defects.

    Only executed code is chosen, unless the record ``is_whole``: a whole record also proves which
    code no test executes.
    """
    chance = random.Random(seed)
    recent = recent_lines(git)
    known = None if is_whole else executed
    piles = [_pile(paths, recent, chance, known) for paths in files_by_kind().values()]
    return taken(piles, count, executed)


def taken(piles: list[Iterator[Defect]], count: int, executed: frozenset[str]) -> Drawn:
    """Take an executed defect from each pile by turns, until ``count`` defects are taken."""
    drawn = Drawn(defects=[], unexecuted=[])
    while piles and len(drawn.defects) < count:
        for pile in piles.copy()[: count - len(drawn.defects)]:
            for defect in pile:
                if defect.name in executed:
                    drawn.defects.append(defect)
                    break
                drawn.unexecuted.append(defect)
            else:
                piles.remove(pile)
    return drawn


def files_by_kind() -> dict[str, list[Path]]:
    """Return the files of each layer, and the templates, by the name of the layer."""
    found: dict[str, list[Path]] = {kind: [] for kind in (*KINDS, TEMPLATES)}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if kind := kind_of(path.relative_to(ROOT)):
                found[kind].append(path)
    found[TEMPLATES] = sorted((ROOT / TEMPLATES).rglob("*.html"))
    return found


def kind_of(path: Path) -> str:
    """Return the layer of a module, from its own name or its folder's name; blank for no layer."""
    if "migrations" in path.parts:
        return ""
    return next((part for part in reversed(path.with_suffix("").parts) if part in KINDS), "")


def _pile(
    paths: list[Path], recent: Lines, chance: random.Random, known: frozenset[str] | None
) -> Iterator[Defect]:
    """Yield defects of the files in the order of choice, at most one in each function.

    A template may have up to ``MAX_OF_TEMPLATE`` defects.
    """
    if known is not None:
        files = {name.partition(":")[0] for name in known}
        paths = [path for path in paths if str(path.relative_to(ROOT)) in files]
    found = [defect for path in paths for defect in defects_of(path)]
    if known is not None:
        found = [defect for defect in found if defect.name in known]
    chance.shuffle(found)
    found.sort(key=lambda one: one.change.line not in recent.get(one.file, ()))
    taken_of: dict[str, int] = {}
    for defect in found:
        number = taken_of.get(defect.name, 0)
        if number < (1 if defect.change.function else MAX_OF_TEMPLATE) and defect.is_fit():
            taken_of[defect.name] = number + 1
            yield defect


def defects_of(path: Path) -> list[Defect]:
    """Return all defects that can be put into a file."""
    text, name = path.read_text(), str(path.relative_to(ROOT))
    changes = python_changes(text) if path.suffix == ".py" else template_changes(text)
    return [Defect(file=name, change=change) for change in changes]


def with_frames(executed: Executed) -> Executed:
    """Return the record with the parent of each rendered template added.

    The loader merges a parent template into its child, so the record does not name the parent.
    """
    frames: dict[str, str] = {}
    for path in sorted((ROOT / TEMPLATES).rglob("*.*")):
        if found := _EXTENDS.search(path.read_text()):
            frames[str(path.relative_to(ROOT))] = f"{TEMPLATES}/{found[1]}"

    def around(names: frozenset[str]) -> frozenset[str]:
        new = {frames[name] for name in names & frames.keys()} - names
        return around(names | new) if new else names

    return {test: around(names) for test, names in executed.items()}


def recent_lines(git: Git) -> Lines:
    """Return for each file the lines that the last commits have changed."""
    commits = git("rev-list", f"-{RECENT_COMMITS + 1}", "HEAD").split()
    if not commits:
        return {}
    found: Lines = {}
    lines: set[int] = set()
    for line in git("diff", "-U0", commits[-1], "HEAD", "--", *PACKAGES, TEMPLATES).splitlines():
        if line.startswith("+++ b/"):
            lines = found.setdefault(line.removeprefix("+++ b/"), set())
        elif hunk := _HUNK.match(line):
            first, count = int(hunk[1]), int(hunk[2] or 1)
            lines |= set(range(first, first + count))
    return found
