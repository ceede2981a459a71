"""The type of a defect that would mix agencies' data, and paths of the product and its tests."""

from dataclasses import dataclass
from pathlib import Path

CONTEXT = "tenants/isolation/schema_switch.py"
CURSORS = "tenants/isolation/backends/cursors.py"
BACKEND = "tenants/isolation/backends/base.py"
HOSTS = "tenants/fleet/middleware.py"
ROLES = "tenants/isolation/database_roles.py"
QUEUE = "shared/jobs/services/schema_tasks.py"
TASK_BACKEND = "shared/jobs/adapters.py"
SETTINGS = "config/settings/base.py"

TENANTS = "tests/tenants"
APART = "tests/tenants/isolation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A defect: the texts to replace in a file, and the tests that must fail with the defect."""

    name: str
    file: str
    changes: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def misfits(self, root: Path) -> list[str]:
        """Return the texts that the file does not contain exactly once, and the missing tests."""
        source = (root / self.file).read_text()
        lost = [old for old, _new in self.changes if source.count(old) != 1]
        return lost + [test for test in self.tests if not _is_there(root, test)]

    def put_into(self, root: Path) -> None:
        """Put the defect into the file in a copy of the code."""
        path = root / self.file
        source = path.read_text()
        for old, new in self.changes:
            source = source.replace(old, new)
        path.write_text(source)


def _is_there(root: Path, test: str) -> bool:
    file, _, name = test.partition("::")
    path = root / file
    return path.exists() and (not name or f"def {name.partition('[')[0]}(" in path.read_text())


def one(name: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(name=name, file=file, changes=((old, new),), tests=tests)
