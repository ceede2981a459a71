"""Domain errors of reply templates."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class TemplateNotFound(NotFound):
    """The error for a template that the agency does not have, or that is not in use."""

    sentence = _("This template is not in use any more. Choose another one.")


class TemplateExists(Conflict):
    """The error for a second template with the same name, act and language."""

    sentence = _("There is a template of this name already, perhaps among those not in use.")


class TemplateChanged(Conflict):
    sentence = _("Somebody changed this template while you were writing.")


class TemplatesPresent(Conflict):
    sentence = _("There are templates already, so the examples were not added.")


class UnknownVariable(InvalidInput):
    """The error for a name in braces that is no variable; ``field`` names the part."""

    code = "unknown_variable"
    sentence = _(
        "%(name)s is not a variable. Use one of the list exactly as it is written there, with two "
        "braces on each side."
    )
    general_sentence = _(
        "The text names a variable that does not exist. Use one of the list exactly as it is "
        "written there, with two braces on each side."
    )

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(field, field=field)
        # Unicode isolates keep the order of the braces in a sentence of the other direction.
        self.values = {"name": f"\u2066{name}\u2069"}
