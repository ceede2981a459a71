"""Tables of the catalogue [public schema]."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shared.catalogue.enums import HolidayState, QuestionKind
from shared.reference_data.wordings import WordingColumns
from shared.register.enums import RequestKind


class Category(models.Model):
    """A category of the national list."""

    code = models.SlugField(max_length=40, unique=True)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    kinds = ArrayField(
        models.CharField(max_length=16), help_text=_("Kinds of request that may choose it.")
    )
    organisation_kinds = ArrayField(
        models.CharField(max_length=16),
        default=list,
        blank=True,
        help_text=_("Kinds of body it is offered for."),
    )
    organisation_codes = ArrayField(
        models.CharField(max_length=64),
        default=list,
        blank=True,
        help_text=_("Bodies it is offered for; srm-* stands for every code that begins so."),
    )
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    names = WordingColumns("name")

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__contained_by=RequestKind.values) & ~Q(kinds=[]),
                name="category_kinds_known",
            )
        ]


class Question(models.Model):
    """A question to the citizen who has chosen a category."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=8, choices=QuestionKind)
    text_ar = models.CharField(max_length=200)
    text_fr = models.CharField(max_length=200)
    text_en = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    texts = WordingColumns("text")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="question_once_per_category"),
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="question_kind_known"
            ),
        ]


class Option(models.Model):
    """A possible answer to a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    code = models.SlugField(max_length=40)
    text_ar = models.CharField(max_length=120)
    text_fr = models.CharField(max_length=120)
    text_en = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()

    texts = WordingColumns("text")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "code"], name="option_once_per_question")
        ]


class Holiday(models.Model):
    """A day on which no office of the country is open."""

    key = models.SlugField(
        max_length=60, unique=True, help_text="What it is and of which year: it stays when moved."
    )
    day = models.DateField()
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    is_lunar = models.BooleanField(help_text=_("Its day is known for sure once the moon is seen."))
    state = models.CharField(max_length=10, choices=HolidayState)

    names = WordingColumns("name")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=HolidayState.values), name="holiday_state_known"
            )
        ]


class WorkingTerm(models.Model):
    """The working term of requests that are filed from a day on, in working days."""

    category_code = models.SlugField(
        max_length=40, blank=True, help_text="Blank: every category without a term of its own."
    )
    days = models.PositiveSmallIntegerField()
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category_code", "effective_from"], name="working_term_once_a_day"
            ),
            models.CheckConstraint(condition=Q(days__range=(1, 40)), name="working_term_in_range"),
        ]
