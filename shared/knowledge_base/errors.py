"""Refusals of the questions and answers."""

from shared.kernel.errors import Conflict, InvalidInput, NotFound


class ArticleNotFound(NotFound):
    """No published answer has this address."""

    code = "article_not_found"


class AnswersDataInvalid(InvalidInput):
    """The data file of the answers contradicts itself: the message names the entry."""

    code = "answers_data_invalid"


class SearchNotFound(NotFound):
    """No search that found nothing has this number."""

    code = "search_not_found"


class PersonalInReason(InvalidInput):
    """A remark holds what may be an address or a number of a person."""

    code = "personal_in_reason"


class ArticleSlugTaken(Conflict):
    """Another article has this address, or the site itself needs it."""

    code = "article_slug_taken"


class StaleArticle(Conflict):
    """Somebody changed the article since it was opened."""

    code = "stale_article"


class ArticleNotInFile(Conflict):
    """The article was written here: there is no file's text to go back to."""

    code = "article_not_in_file"
