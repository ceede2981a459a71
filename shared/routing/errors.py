"""Errors of routing rules."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class RuleNotFound(NotFound):
    sentence = _("This rule has been deleted.")


class RuleInvalid(InvalidInput):
    """The error for a rule with a wrong name, or with too long or too many texts in ``field``."""

    sentence = _(
        "Write a name of 80 characters at most, and at most 60 words or places with 80 characters "
        "each."
    )


class RuleWithoutOccasion(InvalidInput):
    sentence = _("Choose at least one occasion on which the rule applies.")


class TooManyRules(Conflict):
    """The error for a rule above the limit, because every filing reads all rules."""

    sentence = _("An administration has 60 rules at most. Delete one that is not needed any more.")
