"""Closed lists of the questions and answers."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What an answer is about; the order is the order on the page."""

    FILING = "filing", _("Filing a request")
    DEADLINES = "deadlines", _("Time limits and replies")
    FOLLOWING = "following", _("Following a request")
    RIGHTS = "rights", _("Your rights and other ways")
    PRIVACY = "privacy", _("Identity and personal data")
    FIGURES = "figures", _("Published figures")
    SERVICES = "services", _("Services of every day")


class SearchView(TextChoices):
    """Searches that found nothing, as oversight sorts them."""

    OPEN = "open", _("To settle")
    ANSWERED = "answered", _("Answered")
    DISMISSED = "dismissed", _("Dismissed")


class ArticleView(TextChoices):
    """Articles, as oversight searches them."""

    ALL = "all", _("All articles")
    OVERDUE = "overdue", _("Review overdue")
    REMARKS = "remarks", _("With remarks")
    EDITED = "edited", _("Edited by national oversight")
    WITHDRAWN = "withdrawn", _("Withdrawn")
