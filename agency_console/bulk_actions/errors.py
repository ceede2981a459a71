"""Refusals about actions on many cases."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class BulkActionNotFound(NotFound):
    """No such action of this officer."""

    sentence = _("This action is not there any more.")


class BulkActionStarted(Conflict):
    """The action was confirmed already, or has ended."""

    sentence = _("This action was confirmed already.")


class BulkActionUnfinished(Conflict):
    """What is to be done to the cases has not been chosen yet."""

    sentence = _("Choose first what to do with the cases.")


class NothingToUndo(Conflict):
    """The action changed nothing that can be taken back, or was undone already."""

    sentence = _("This action cannot be undone, or has been undone already.")


class NoCasesChosen(InvalidInput):
    """Not one case was chosen."""

    code = "no_cases_chosen"
    sentence = _("Choose at least one case.")


class TooManyCases(InvalidInput):
    """More cases than one action takes."""

    code = "too_many_cases"
    sentence = _("These are more than %(limit)d cases. Narrow the list by filters.")
    general_sentence = _("These are too many cases. Narrow the list by filters.")

    def __init__(self, limit: int) -> None:
        super().__init__(str(limit))
        self.values = {"limit": limit}


class ExportExpired(NotFound):
    """The file of a list was deleted."""

    sentence = _("The file has been deleted: it is kept for one day. Export the list again.")
