"""Refusals about routing rules."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class RuleNotFound(NotFound):
    sentence = _("This rule has been deleted.")


class RuleInvalid(InvalidInput):
    """A text is missing or too long, or there are too many of them; ``field`` names it."""

    sentence = _(
        "Write a name of 80 characters at most, and at most 60 words or places with 80 characters "
        "each."
    )


class RuleWithoutOccasion(InvalidInput):
    sentence = _("Choose at least one occasion on which the rule applies.")


class TooManyRules(Conflict):
    """Every filing reads all rules: there are not to be hundreds."""

    sentence = _("An administration has 60 rules at most. Delete one that is not needed any more.")
