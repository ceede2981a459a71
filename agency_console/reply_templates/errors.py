"""Domain errors of reply templates."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class TemplateNotFound(NotFound):
    """The agency has no template with this id, or the template is not in use."""

    sentence = _("This template is not in use any more. Choose another one.")


class TemplateExists(Conflict):
    """The agency has a template with this name for the same act in the same language."""

    sentence = _("There is a template of this name already, perhaps among those not in use.")


class TemplateChanged(Conflict):
    sentence = _("Somebody changed this template while you were writing.")


class TemplatesPresent(Conflict):
    sentence = _("There are templates already, so the examples were not added.")


class UnknownVariable(InvalidInput):
    """A text has a name in braces that is no variable; ``field`` names the part."""

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
