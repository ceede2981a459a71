"""Answers on pages of apps that do not know this one."""

from django import template
from django.utils.translation import get_language

from shared.knowledge_base.selectors.reader import article_suggest

register = template.Library()


@register.inclusion_tag("public_portal/knowledge_base/suggestions.html")
def answers_near(words: str, organisation: str) -> dict[str, object]:
    """The three answers nearest to ``words``, those of that body first; costs one query."""
    return {
        "articles": article_suggest(
            text=words, organisation=organisation, language=(get_language() or "ar")[:2]
        ),
        "opens_tab": True,
    }
