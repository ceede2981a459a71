"""Tables of the questions and answers [public schema]."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from public_portal.answers.enums import Topic
from shared.kernel.text import Wording

MISSED_LENGTH = 80


class Article(models.Model):
    """One question that people ask, with its answer and the law it rests on."""

    slug = models.SlugField(max_length=60, unique=True)
    topic = models.CharField(max_length=16, choices=Topic)
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
    useful_yes = models.PositiveIntegerField(default=0)
    useful_no = models.PositiveIntegerField(default=0)
    question_key = models.TextField(editable=False)
    question_sound = models.TextField(editable=False)
    answer_key = models.TextField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="article_topic_known")
        ]
        indexes = [
            GinIndex(
                fields=["question_key"], opclasses=["gin_trgm_ops"], name="article_key_trigrams"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def questions(self) -> Wording:
        """The question in the three languages."""
        return Wording(ar=self.question_ar, fr=self.question_fr, en=self.question_en)

    @property
    def answers(self) -> Wording:
        """The answer in the three languages, as plain text."""
        return Wording(ar=self.answer_ar, fr=self.answer_fr, en=self.answer_en)

    @property
    def legal_sources(self) -> Wording:
        """The text that the answer rests on; blank where the rule is the portal's own."""
        return Wording(ar=self.legal_source_ar, fr=self.legal_source_fr, en=self.legal_source_en)


class MissedSearch(models.Model):
    """Words that found no answer, counted: the work list of those who write answers."""

    text = models.CharField(max_length=MISSED_LENGTH)
    language = models.CharField(max_length=2)
    count = models.PositiveIntegerField(default=1)
    last_seen = models.DateTimeField()

    class Meta:
        verbose_name_plural = "missed searches"
        constraints = [
            models.UniqueConstraint(fields=["text", "language"], name="missed_search_once")
        ]

    def __str__(self) -> str:
        return self.text
