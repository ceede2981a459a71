"""Refusals of the questions and answers."""

from django.utils.translation import gettext_lazy as _

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class ArticleNotFound(NotFound):
    """No published answer has this address."""

    sentence = _("There is no such answer.")


class AnswersDataInvalid(InvalidInput):
    """The data file of the answers contradicts itself: the message names the entry."""

    sentence = _("The data of the answers contradict themselves.")


class SearchNotFound(NotFound):
    sentence = _("There is no such search.")


class PersonalInReason(InvalidInput):
    """A remark holds what may be an address or a number of a person."""

    sentence = _(
        "Leave out e-mail addresses and long numbers: nothing about a person is kept here."
    )


class ArticleSlugTaken(Conflict):
    """Another article has this address, or the site itself needs it."""

    sentence = _("Another page has this address. Choose a different one.")


class StaleArticle(Conflict):
    sentence = _(
        "Somebody changed this article while you were writing. Your text is still in the form; "
        "compare it with theirs, then choose."
    )


class ArticleNotInFile(Conflict):
    sentence = _("This article was written here: there is no other text to go back to.")
