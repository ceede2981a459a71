"""Errors about units and absences."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound


class UnitNotFound(NotFound):
    sentence = _("This unit is not in use any more. Choose another one.")


class UnitInvalid(InvalidInput):
    """The error for a missing or too long name or too many places; ``field`` names the field."""

    sentence = _(
        "Write the name in Arabic and in French, with 120 characters at most in each language, "
        "and 60 places at most, with 80 characters each."
    )


class UnitBelowItself(InvalidInput):
    sentence = _("A unit cannot be moved under itself or under one of its own units.")


class LastUnit(NotAllowed):
    """The error for the removal of an officer from their only unit.

    Only administrators may do this, because the officer would then see every case.
    """

    sentence = _(
        "%(name)s belongs to no other unit and would then see all cases of the administration. "
        "Ask an administrator to change this."
    )
    general_sentence = _(
        "An officer who belongs to no other unit would see all cases of the administration. Ask "
        "an administrator to change this."
    )

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.values = {"name": name}


class OfficerInactive(NotAllowed):
    """The error for assigning a case to an officer who cannot sign in."""

    sentence = _("This officer cannot sign in. Choose another one.")


class OfficerOutsideUnit(NotAllowed):
    sentence = _("This officer does not work for the unit of the case. Choose another one.")


class OfficerAbsent(NotAllowed):
    sentence = _("This officer is absent until %(day)s. Choose another one.")
    general_sentence = _("This officer is absent. Choose another one.")

    def __init__(self, until: date) -> None:
        super().__init__(until.isoformat())
        self.values = {"day": f"{until:%d/%m/%Y}"}


class AbsenceNotFound(NotFound):
    sentence = _("This absence is over or has been cancelled.")


class AbsenceDaysInvalid(InvalidInput):
    """The error for days out of order, past, or too many; ``field`` names the wrong day."""

    sentence = _(
        "Choose days from today on. The last day must not be before the first one, and an absence "
        "lasts one year at most."
    )


class AbsenceOverlaps(Conflict):
    field = "first_day"
    sentence = _("Another absence has been entered for some of these days. Change that one.")


class SubstituteAbsent(InvalidInput):
    sentence = _(
        "%(name)s is absent too, from %(first)s to %(last)s. Choose another substitute, or none."
    )
    general_sentence = _("The substitute is absent too. Choose another one, or none.")

    def __init__(self, name: str, first: date, last: date) -> None:
        super().__init__(name, field="substitute")
        self.values = {"name": name, "first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}


class SubstituteUnfit(InvalidInput):
    """The error for a substitute who cannot sign in or open the absent officer's cases."""

    sentence = _("This colleague cannot take over the cases of these units. Choose another one.")


class HeadNotMember(InvalidInput):
    sentence = _("The head of a unit must be one of its members.")
