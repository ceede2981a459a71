"""Refusals of the directory."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class OrganisationNotFound(NotFound):
    """A code that no body in use has."""

    sentence = _("There is no such organisation.")


class DirectoryDataInvalid(InvalidInput):
    """A data file of the directory that contradicts itself; the message names the entry."""

    sentence = _("The directory's data contradict themselves.")


class OrganisationTaken(Conflict):
    sentence = _("This organisation has a workspace already.")


class OrganisationCodeTaken(Conflict):
    """A code that another body has, perhaps one that is no longer in use."""

    sentence = _("Another organisation has this code already.")


class TopicNotFound(NotFound):
    sentence = _("There is no such subject.")
