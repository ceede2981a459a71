"""Acts and variables of reply templates."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _, pgettext_lazy


class TemplateAct(TextChoices):
    """The act for which a template is used."""

    REPLY = "reply", pgettext_lazy("a message", "Reply")
    ASK = "ask", _("Question")
    MESSAGE = "message", _("Message")


class Variable(TextChoices):
    """The variables of a template's text, each of which is a value of a case."""

    REFERENCE = "reference", _("Reference")
    SUBJECT = "subject", _("Subject")
    CITIZEN_NAME = "citizen_name", _("Name of the citizen, of requests with a name only")
    CATEGORY = "category", _("Category")
    ORGANISATION = "organisation", _("Organisation")
    RECEIVED_ON = "received_on", _("Day on which the request came in")
    DUE_ON = "due_on", _("Last day of the legal term, of complaints only")
    OFFICER = "officer", _("Name of the officer who writes")
    UNIT = "unit", _("Unit that handles the case")

    @property
    def placeholder(self) -> str:
        """Return the variable as a text writes it: its name in double braces."""
        return f"{{{{{self.value}}}}}"
