"""Refusals of the questions and answers."""

from shared.kernel.errors import InvalidInput, NotFound


class ArticleNotFound(NotFound):
    """No published answer has this address."""

    code = "article_not_found"


class AnswersDataInvalid(InvalidInput):
    """The data file of the answers contradicts itself: the message names the entry."""

    code = "answers_data_invalid"
