"""Table of cases; the personal data is in the table ``party``."""

from datetime import UTC, date, datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import JSONField, Q, Value
from django.db.models.functions import Coalesce

from shared.complaints.enums import (
    ANSWERS,
    OPEN,
    Channel,
    Consent,
    Declaration,
    Kind,
    Language,
    Outcome,
    Privacy,
    Status,
)
from shared.complaints.models.full_text_search import ALL_WORDS, search_vector
from shared.rows.value_bounds import MAX_COUNT, MAX_POSITION, values_bounded, word_among

# Observations and proposals have no legal term. Lists compare ``NO_TERM`` instead of null, because
# PostgreSQL cannot compare a day with null.
NO_TERM = date.max
TERM = Coalesce("due_on", Value(NO_TERM))
# Lists compare ``NEVER`` for a citizen who does not wait for a response.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
WAITING = Coalesce("waiting_since", Value(NEVER))
# Indexes contain the columns that lists compare, so that lists read no rows. The columns of counts
# come first, because PostgreSQL reads an index entry up to the last column in use.
LIST_COLUMNS = (
    "due_on", "working_due_on", "assignee", "reopened", "has_citizen_news", "status", "unit",
    "received_at", "waiting_since", "organisation_code", "category_code", "kind", "language",
    "channel", "label_ids", "place",
)  # fmt: skip


class Cases(models.Manager["Complaint"]):
    """The manager of cases; its querysets do not load the columns for searches."""

    def get_queryset(self) -> models.QuerySet["Complaint"]:
        """Return all cases without the columns for searches, which have a thousand bytes each."""
        return super().get_queryset().defer("search", "more_words")


_BOUNDED_DAYS = (
    "happened_on", "due_on", "promised_on", "awaiting_until", "working_due_on", "interim_until",
)  # fmt: skip


class Complaint(models.Model):
    """A case of an agency: a party's request with its status, officer and days."""

    reference = models.CharField(max_length=16)
    kind = models.CharField(max_length=12, choices=Kind)
    organisation_code = models.SlugField(max_length=64, db_index=False)
    category_code = models.SlugField(max_length=50, blank=True, db_index=False)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    remedy = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    happened_on = models.DateField(null=True, blank=True)
    declarations = models.JSONField(
        default=list,
        blank=True,
        db_default=Value([], JSONField()),
        help_text="What the citizen said of admissibility: values of Declaration.",
    )
    follows = models.CharField(
        max_length=16,
        blank=True,
        db_default="",
        help_text="Reference of the earlier request, of this agency or another one.",
    )
    language = models.CharField(max_length=2, choices=Language)
    privacy = models.CharField(max_length=12, choices=Privacy)
    channel = models.CharField(max_length=8, choices=Channel)
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The officer who filed it for the person.",
    )
    consent = models.CharField(max_length=8, choices=Consent, blank=True, db_default="")
    status = models.CharField(max_length=16, choices=Status, default=Status.RECEIVED)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    received_at = models.DateTimeField()
    due_on = models.DateField(
        null=True,
        blank=True,
        help_text="Last day of the reply in the current round; complaints only.",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the latest reply left; kept through a re-opening."
    )
    promised_on = models.DateField(
        null=True,
        blank=True,
        help_text="By when the decision of the current reply is carried out, as it says.",
    )
    awaiting_until = models.DateField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reopened_at = models.DateTimeField(null=True, blank=True)
    # A citizen's message in a merged case also adds 1 to the version of the main case.
    version = models.PositiveIntegerField(
        default=0, help_text="Number of events so far: also what an officer's form was made from."
    )
    unit = models.ForeignKey(
        "units.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who handles it; none: the agency as a whole.",
    )
    label_ids = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        db_default=Value([], ArrayField(models.BigIntegerField())),
        help_text="Numbers of its labels.",
    )
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The absent officer to whom it returns.",
    )
    working_due_on = models.DateField(
        null=True,
        blank=True,
        help_text="Last day of the working term, for lists alone: it may be a day old.",
    )
    risk_on = models.DateField(
        default=NO_TERM,
        db_default=Value(NO_TERM, models.DateField()),
        help_text="The earlier of both last days; a day that never comes where no reply is owed.",
    )
    waiting_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the citizen wrote the first words that nobody has responded to.",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The case of the same person with which it was answered, or is while it is open.",
    )
    has_citizen_news = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The citizen did something that the officer of the case has not opened yet.",
    )
    offered_to = models.SlugField(
        max_length=50,
        blank=True,
        db_default="",
        db_index=False,
        help_text="Code of the agency that was asked to take it over and has not answered.",
    )
    handed_to = models.SlugField(
        max_length=50,
        blank=True,
        db_default="",
        db_index=False,
        help_text="Code of the agency that took it over; this row is a stub without texts then.",
    )
    is_part = models.BooleanField(
        default=False,
        db_default=False,
        help_text="It is one part of a request that concerns several bodies.",
    )
    cut_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The request out of which it was cut here: it is no request in any figure of "
        "this agency's.",
    )
    cut_by_code = models.SlugField(
        max_length=50,
        blank=True,
        db_default="",
        db_index=False,
        help_text="Code of the agency whose officer wrote the subject and the text of this part.",
    )
    is_given_back = models.BooleanField(
        default=False,
        db_default=False,
        help_text="A part that ended without a reply: the whole request answers what it asks.",
    )
    escalated = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        help_text="How far the current round has come on the list ESCALATION_EVENTS.",
    )
    interim_until = models.DateField(
        null=True,
        blank=True,
        help_text="By when the latest interim reply of the current round announces the reply.",
    )
    interim_replies = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Interim replies in the current round."
    )
    # Null is allowed because an older release does not set the column; PostgreSQL always fills the
    # column.
    search = models.GeneratedField(
        expression=search_vector(), output_field=SearchVectorField(), db_persist=True, null=True
    )

    more_words = SearchVectorField(
        null=True,
        blank=True,
        help_text="Folded words of all other texts: remedy, place, party, messages, notes.",
    )

    objects: ClassVar[models.Manager["Complaint"]] = Cases()

    class Meta:
        # A unique field would add a second index for LIKE, and each index is a file for every
        # agency.
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="complaint_reference_once"),
            models.CheckConstraint(
                condition=word_among("kind", Kind.values), name="complaint_kind"
            ),
            models.CheckConstraint(
                condition=word_among("status", Status.values), name="complaint_status"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.COMPLAINT) ^ Q(due_on=None),
                name="complaint_due_only_for_complaints",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ANSWERS) | Q(answered_at__isnull=False),
                name="complaint_answered_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.AWAITING_CITIZEN) ^ Q(awaiting_until=None),
                name="complaint_waiting_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(cut_from=None) | Q(is_part=True), name="complaint_cut_from_of_a_part"
            ),
            models.CheckConstraint(
                condition=Q(is_given_back=False) | Q(is_part=True, status=Status.WITHDRAWN),
                name="complaint_given_back_is_a_part",
            ),
            values_bounded(
                "complaint_values",
                moments=("received_at", "answered_at", "reopened_at", "waiting_since"),
                days=_BOUNDED_DAYS,
                last_days=["risk_on"],
                numbers=dict.fromkeys(("reopened", "escalated", "interim_replies"), MAX_COUNT)
                | {"version": MAX_POSITION},
                arrays=["label_ids"],
                choices={
                    "language": Language.values,
                    "privacy": (Privacy.CONFIDENTIAL, Privacy.NAMED, Privacy.ANONYMOUS),
                    "channel": Channel.values,
                    "consent": ("", *Consent.values),
                    "outcome": ("", *Outcome.values),
                },
                lists={"declarations": Declaration.values},
            ),
        ]
        # Each index slows down every filing, so lists share indexes. The lists of open cases share
        # the index by risk; for other orders PostgreSQL sorts the cases.
        indexes = [
            models.Index(
                "risk_on",
                WAITING,
                "id",
                include=(*LIST_COLUMNS, "escalated"),
                condition=Q(status__in=OPEN),
                name="complaint_open_by_risk",
            ),
            models.Index(
                "received_at",
                "id",
                include=[name for name in LIST_COLUMNS if name != "received_at"],
                name="complaint_by_arrival",
            ),
            models.Index(
                "received_at",
                "id",
                include=[name for name in LIST_COLUMNS if name != "received_at"],
                condition=Q(status__in=ANSWERS),
                name="complaint_answered_by_arrival",
            ),
            models.Index(
                "risk_on",
                WAITING,
                "id",
                condition=Q(has_citizen_news=True),
                name="complaint_with_citizen_news",
            ),
            # Without this index the query for all category codes would read every case.
            models.Index(fields=["category_code"], name="complaint_category"),
            # By default, new words wait in GIN's pending list, because their insertion would take
            # 0.6 ms of a filing.
            GinIndex(ALL_WORDS, name="complaint_by_words"),
            # The lists of open cases use this small index to leave out merged cases.
            models.Index(
                fields=["merged_into", "id"],
                include=["status"],
                condition=Q(merged_into__isnull=False),
                name="complaint_merged",
            ),
            # This small index finds the parts that were cut out of a request.
            models.Index(
                fields=["cut_from", "id"],
                include=["status"],
                condition=Q(cut_from__isnull=False),
                name="complaint_cut_out",
            ),
            # This index finds the cases with a promised day, for the inbox and for questions to
            # citizens.
            models.Index(
                fields=["promised_on"],
                condition=Q(promised_on__isnull=False),
                name="complaint_promised",
            ),
            # This index is empty, except after an update from a release that did not fill the
            # column.
            models.Index("id", condition=Q(more_words=None), name="complaint_without_more_words"),
        ]

    @property
    def is_open(self) -> bool:
        """Return whether the case still needs a reply of the agency."""
        return self.status in OPEN

    @property
    def is_merged(self) -> bool:
        """Return whether the case is open and merged into another case."""
        return self.merged_into_id is not None and self.is_open

    # The next methods replace Django's methods, which build the list of all labels at each call.

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """Return the label of the status in the active language."""
        return str(Status(self.status).label)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """Return the label of the kind in the active language."""
        return str(Kind(self.kind).label)

    def get_language_display(self) -> str:  # type: ignore[no-redef]
        """Return the label of the citizen's language in the active language."""
        return str(Language(self.language).label)
