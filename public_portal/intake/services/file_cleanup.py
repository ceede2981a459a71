"""Bytes that nothing names any more are deleted: of answers that are gone, of what broke off."""

import logging
from datetime import timedelta

from public_portal.intake.models import DraftFile
from shared.files.receiving import files_forget
from shared.files.sweeping import FOLDER, is_older, places
from shared.kernel import clock
from tenants.fleet.services.health.referenced_files import files_named

# Whoever has stored a file and not yet written its row takes seconds, an officer who files for a
# person half a day, a restoring some hours.
OLD = timedelta(days=7)
# So many at once are no leftovers: the storage is another database's, or rows were lost.
MAX_SWEPT = 1_000

logger = logging.getLogger(__name__)


def files_sweep(*, begins: str) -> int:
    """Delete the files whose place begins so and that neither a draft nor a case names.

    Returns how many. Nothing is deleted where rows cannot be read, or nearly all would go.
    """
    there = list(places(begins=begins))
    before = clock.now() - OLD
    waiting = {path for path in there if is_older(path, than=before)}
    # Twice: a file that goes from one agency to another between two of these questions is seen by
    # none of them. Drafts are asked first, for what was one goes to an agency, and never back.
    for _time in range(2):
        if waiting:
            waiting -= _of_drafts(begins)
            waiting -= files_named(prefix=f"{FOLDER}/{begins}")
    if len(waiting) > MAX_SWEPT and len(waiting) * 2 > len(there):
        logger.error("sweep: %d of %d files have no row, none is deleted", len(waiting), len(there))
        return 0
    files_forget(sorted(waiting))
    return len(waiting)


def _of_drafts(begins: str) -> set[str]:
    rows = DraftFile.objects.filter(path__startswith=f"{FOLDER}/{begins}")
    return set(rows.values_list("path", flat=True))
