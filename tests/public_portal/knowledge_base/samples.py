"""What an analyst types into the form of an article, and what the pages then show."""

import re
from datetime import date

from django.http import HttpResponse

from public_portal.oversight.articles.forms import ArticleForm
from shared.audit.models import AuditEntry
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.knowledge_base.models import Article, MissedSearch
from shared.knowledge_base.selectors.editor import article_detail
from shared.knowledge_base.services.missed_searches import missed_search_record


def reviewed_by_now() -> None:
    """The article that is edited was not reviewed tomorrow, whenever the suite runs."""
    edited = Article.objects.filter(slug="cost", reviewed_on__gt=clock.today())
    edited.update(reviewed_on=clock.today())


def as_typed(slug: str, **changes: object) -> dict[str, object]:
    """The form of a stored article as a browser would send it back, with some fields changed."""
    sheet = article_detail(slug=slug, today=date(2026, 11, 25))
    form = ArticleForm.of(sheet.text, version=sheet.version)
    typed = {name: form[name].value() for name in form.fields}
    return {**typed, "reviewed_on": sheet.text.reviewed_on.isoformat(), **changes}


def new_article(**changes: str) -> dict[str, str]:
    """A whole new article."""
    return {
        "slug": "new-article",
        "topic": "filing",
        "organisation": "",
        "question_ar": "سؤال جديد هنا؟",
        "question_fr": "Une question nouvelle ?",
        "question_en": "A new question?",
        "answer_ar": "جواب جديد وكامل.",
        "answer_fr": "Une réponse nouvelle.",
        "answer_en": "A new and whole answer.",
        "legal_ar": "",
        "legal_fr": "",
        "legal_en": "",
        "keywords": "",
        "reviewed_on": clock.today().isoformat(),
        **changes,
    }


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


def missed(*texts: str, language: str = "fr") -> list[MissedSearch]:
    """Searches that found nothing, each looked for once more than the one before."""
    for times, text in enumerate(texts, start=1):
        for _time in range(times):
            missed_search_record(text=text, language=language, actor=CITIZEN)
    return [MissedSearch.objects.get(text=text) for text in texts]


def rows_on(page: HttpResponse) -> list[str]:
    """The first cell of each line of work, without markup."""
    cells = re.findall(r"<tr data-row><th[^>]*>(.*?)</th>", text_of(page), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def acts(subject: str) -> list[tuple[str, str, str]]:
    """What the log holds of a subject, with who did it."""
    return [
        (entry.action, entry.actor_kind, entry.actor_label)
        for entry in AuditEntry.objects.filter(subject=subject).order_by("id")
    ]
