"""Domain errors of saved views."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, NotAllowed, NotFound


class SavedViewNotFound(NotFound):
    """The error for an id that is of no view of the officer and of no shared view."""

    sentence = _("This view has been deleted.")


class SavedViewExists(Conflict):
    sentence = _("There is a view of this name already. Choose another name.")


class TooManySavedViews(Conflict):
    sentence = _("No more than 20 views can be saved. Delete one first.")


class SharedViewsNotAllowed(NotAllowed):
    sentence = _("Only supervisors and administrators can change views that are shared.")
