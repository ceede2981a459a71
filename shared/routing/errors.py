"""Errors about routing rules."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class RuleNotFound(NotFound):
    sentence = _("This rule has been deleted.")


class RuleInvalid(InvalidInput):
    """A text of a rule that is missing or too long, or too many texts; ``field`` names it."""

    sentence = _(
        "Write a name of 80 characters at most, and at most 60 words or places with 80 characters "
        "each."
    )


class RuleWithoutOccasion(InvalidInput):
    sentence = _("Choose at least one occasion on which the rule applies.")


class TooManyRules(Conflict):
    """The limit on rules, because every filing reads all rules."""

    sentence = _("An administration has 60 rules at most. Delete one that is not needed any more.")
