"""Domain errors of bulk actions."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class BulkActionNotFound(NotFound):
    """The error for an id that no bulk action of the officer has."""

    sentence = _("This action is not there any more.")


class BulkActionStarted(Conflict):
    sentence = _("This action was confirmed already.")


class BulkActionUnfinished(Conflict):
    sentence = _("Choose first what to do with the cases.")


class NothingToUndo(Conflict):
    sentence = _("This action cannot be undone, or has been undone already.")


class NoCasesChosen(InvalidInput):
    code = "no_cases_chosen"
    sentence = _("Choose at least one case.")


class TooManyCases(InvalidInput):
    code = "too_many_cases"
    sentence = _("These are more than %(limit)d cases. Narrow the list by filters.")
    general_sentence = _("These are too many cases. Narrow the list by filters.")

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.values = {"limit": limit}


class ExportExpired(NotFound):
    sentence = _("The file has been deleted: it is kept for one day. Export the list again.")
