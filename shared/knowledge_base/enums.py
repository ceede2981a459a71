"""Topics of articles, and filters of oversight's lists."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """The topics of articles, in the order in which pages show topics."""

    FILING = "filing", _("Filing a request")
    DEADLINES = "deadlines", _("Time limits and replies")
    FOLLOWING = "following", _("Following a request")
    RIGHTS = "rights", _("Your rights and other ways")
    PRIVACY = "privacy", _("Identity and personal data")
    FIGURES = "figures", _("Published figures")
    SERVICES = "services", _("Services of every day")


class SearchView(TextChoices):
    """Filters of oversight's list of missed searches."""

    OPEN = "open", _("To settle")
    ANSWERED = "answered", _("Answered")
    DISMISSED = "dismissed", _("Dismissed")


class ArticleView(TextChoices):
    """Filters of oversight's list of articles."""

    ALL = "all", _("All articles")
    OVERDUE = "overdue", _("Review overdue")
    REMARKS = "remarks", _("With remarks")
    EDITED = "edited", _("Edited by national oversight")
    WITHDRAWN = "withdrawn", _("Withdrawn")
