"""Errors of the directory."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class OrganisationNotFound(NotFound):
    """The error for a code that belongs to no active body."""

    sentence = _("There is no such organisation.")


class DirectoryDataInvalid(InvalidInput):
    """The error for invalid data in a file of the directory; the error's text names the entry."""

    sentence = _("The directory's data contradict themselves.")


class OrganisationTaken(Conflict):
    sentence = _("This organisation has a workspace already.")


class OrganisationCodeTaken(Conflict):
    """The error for a code that belongs to another body, which may be inactive."""

    sentence = _("Another organisation has this code already.")


class TopicNotFound(NotFound):
    sentence = _("There is no such subject.")
