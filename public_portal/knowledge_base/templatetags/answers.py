"""A template tag that suggests articles on pages of apps that do not import this app."""

from django import template

from shared.knowledge_base.selectors.reader import article_suggest
from shared.ui.links import page_language

register = template.Library()


@register.inclusion_tag("public_portal/knowledge_base/suggestions.html")
def answers_near(words: str, organisation: str) -> dict[str, object]:
    """Return at most three articles that match some of ``words``, best first; one query."""
    return {
        "articles": article_suggest(
            text=words, organisation=organisation, language=page_language()
        ),
        "opens_tab": True,
    }
