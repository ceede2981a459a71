"""Tables of the knowledge base [public schema]."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared.knowledge_base.enums import Topic
from shared.reference_data.wordings import WordingColumns

MISSED_LENGTH = 80
REASON_LENGTH = 500


class Article(models.Model):
    """A question with its answer and the legal source of the answer."""

    slug = models.SlugField(max_length=60, unique=True)
    topic = models.CharField(max_length=16, choices=Topic)
    organisation = models.SlugField(
        max_length=64,
        blank=True,
        db_default="",
        default="",
        help_text=_("The body of the directory that it is about; blank for the whole country."),
    )
    question_ar = models.CharField(max_length=200)
    question_fr = models.CharField(max_length=200)
    question_en = models.CharField(max_length=200)
    answer_ar = models.TextField(
        help_text=_("An empty line between paragraphs, a hyphen before each line of a list.")
    )
    answer_fr = models.TextField()
    answer_en = models.TextField()
    legal_source_ar = models.CharField(
        max_length=200, blank=True, help_text=_("The text that the answer rests on.")
    )
    legal_source_fr = models.CharField(max_length=200, blank=True)
    legal_source_en = models.CharField(max_length=200, blank=True)
    keywords = models.TextField(
        blank=True, help_text=_("Other words that people type for this question.")
    )
    reviewed_on = models.DateField()
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)
    is_edited = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Changed by oversight: the file no longer decides about it."),
    )
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    useful_yes = models.PositiveIntegerField(default=0)
    useful_no = models.PositiveIntegerField(default=0)
    question_key = models.TextField(editable=False)
    question_sound = models.TextField(editable=False)
    answer_key = models.TextField(editable=False)

    questions = WordingColumns("question")
    answers = WordingColumns("answer")
    legal_sources = WordingColumns("legal_source")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="article_topic_known")
        ]
        indexes = [
            GinIndex(
                fields=["question_key"], opclasses=["gin_trgm_ops"], name="article_key_trigrams"
            )
        ]


class Vote(models.Model):
    """A reader's vote on an article; no column identifies the reader."""

    key = models.CharField(
        max_length=64, unique=True, help_text=_("Of visit and article: no two votes share one.")
    )
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    is_useful = models.BooleanField()
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    language = models.CharField(max_length=2)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason="") | Q(is_useful=False), name="vote_reason_only_with_no"
            )
        ]
        indexes = [
            models.Index(fields=["at"], name="vote_without_reason", condition=Q(reason="")),
            models.Index(
                fields=["article", "-at"], name="vote_with_reason", condition=~Q(reason="")
            ),
        ]


class MissedSearch(models.Model):
    """Search words that found no article, and the count of searches for the words.

    Oversight links the words to an article, which later searches then find, or dismisses the words.
    """

    text = models.CharField(max_length=MISSED_LENGTH)
    language = models.CharField(max_length=2)
    count = models.PositiveIntegerField(default=1)
    last_seen = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.PROTECT, related_name="searches"
    )

    class Meta:
        verbose_name_plural = "missed searches"
        constraints = [
            models.UniqueConstraint(fields=["text", "language"], name="missed_search_once"),
            models.CheckConstraint(
                condition=Q(article=None) | ~Q(settled_at=None), name="missed_search_answer_settles"
            ),
        ]
