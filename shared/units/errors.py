"""Refusals about units and absences."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import NotFound


class UnitNotFound(NotFound):
    """No unit of that number is in use in this agency."""

    sentence = _("This unit is not in use any more. Choose another one.")
