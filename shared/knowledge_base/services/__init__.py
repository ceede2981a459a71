"""What can be done to the questions and answers."""

from shared.knowledge_base.services.editing import (
    article_add,
    article_change,
    article_publish,
    article_restore,
    article_withdraw,
)
from shared.knowledge_base.services.loading import article_load
from shared.knowledge_base.services.missed import (
    missed_search_answer,
    missed_search_dismiss,
    missed_search_record,
    missed_search_unsettle,
)
from shared.knowledge_base.services.voting import article_vote, vote_pass, vote_undo

__all__ = [
    "article_add",
    "article_change",
    "article_load",
    "article_publish",
    "article_restore",
    "article_vote",
    "article_withdraw",
    "missed_search_answer",
    "missed_search_dismiss",
    "missed_search_record",
    "missed_search_unsettle",
    "vote_pass",
    "vote_undo",
]
