"""Errors of the knowledge base."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class ArticleNotFound(NotFound):
    """The error for an address (slug) at which the reader finds no article."""

    sentence = _("There is no such answer.")


class AnswersDataInvalid(InvalidInput):
    """The error for a mistake in the data files of the articles."""

    sentence = _("The data of the answers contradict themselves.")


class SearchNotFound(NotFound):
    sentence = _("There is no such search.")


class PersonalInReason(InvalidInput):
    """The error for a remark that may contain an e-mail address or a long number."""

    sentence = _(
        "Leave out e-mail addresses and long numbers: nothing about a person is kept here."
    )


class ArticleSlugTaken(Conflict):
    """The error for an address (slug) that another article has or that the site reserves."""

    sentence = _("Another page has this address. Choose a different one.")


class StaleArticle(Conflict):
    sentence = _(
        "Somebody changed this article while you were writing. Your text is still in the form; "
        "compare it with theirs, then choose."
    )


class ArticleNotInFile(Conflict):
    sentence = _("This article was written here: there is no other text to go back to.")
