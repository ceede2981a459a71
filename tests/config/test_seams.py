"""config/seams.py names things that exist."""

import pytest

from config.seams import SEAMS
from shared.kernel.seams import imported

PATHS = [
    SEAMS.start_check, SEAMS.operator_check, SEAMS.enter_schema, SEAMS.enter_public,
    SEAMS.mail_resolver, SEAMS.mail_failure_counter, SEAMS.held_texts, SEAMS.approvals_count,
    SEAMS.draft_task, SEAMS.drafts_maintain, *SEAMS.schedule, *SEAMS.task_aliases.values(),
    *(path for job in SEAMS.jobs.values() for path in (job.do, job.undo, job.steps)),
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_supplied_path_can_be_imported(path):
    assert imported(path)
