"""Tables of the register: outbox of the agencies, events, one row per case, counts per month."""

from django.db import models
from django.db.models import Func, Q

from shared.kernel.clock import FIRST_MOMENT, LAST_MOMENT
from shared.kernel.references import PATTERN
from shared.register.enums import FirstEnding
from shared.rows.value_bounds import MAX_POSITION


class EventColumns(models.Model):
    """The columns of an event, equal in the outbox and in the register."""

    reference = models.CharField(max_length=16)
    position = models.PositiveIntegerField()
    organisation_code = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    category_code = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2)
    event = models.CharField(max_length=32)
    status = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()
    resolved = models.BooleanField(null=True)
    handling = models.PositiveSmallIntegerField(null=True)
    promised_on = models.DateField(null=True)

    class Meta:
        abstract = True


class RegisterOutbox(EventColumns):
    """An event that an agency wrote and that is not projected into the register yet.

    The constraints refuse rows that cannot be counted, because an agency's role may insert any row.
    """

    # The database sets this column, so that no agency can write an event for another agency.
    schema_name = models.CharField(
        max_length=63, db_default=Func(function="current_schema"), editable=False
    )
    event_id = models.UUIDField()
    fault = models.CharField(
        max_length=64, db_default="", blank=True, help_text="Why it was set aside; a class alone."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reference__regex=PATTERN), name="register_outbox_of_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(at__gte=FIRST_MOMENT, at__lt=LAST_MOMENT),
                name="register_outbox_in_our_time",
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MAX_POSITION)
                & (Q(handling=None) | Q(handling__gte=1, handling__lte=5)),
                name="register_outbox_counts",
            ),
            models.CheckConstraint(
                condition=Q(promised_on=None)
                | Q(promised_on__gte=FIRST_MOMENT.date(), promised_on__lt=LAST_MOMENT.date()),
                name="register_outbox_promises_in_our_time",
            ),
            # Only agencies write events; the names of their schemas begin with ``a_``.
            models.CheckConstraint(
                condition=Q(schema_name__startswith="a_"), name="register_outbox_from_an_agency"
            ),
        ]


class RegisterEventRow(EventColumns):
    """A register event, equal to the agency's outbox event; the database refuses updates."""

    event_id = models.UUIDField(primary_key=True)
    agency_code = models.CharField(max_length=50)

    class Meta:
        indexes = [
            models.Index(
                fields=["agency_code", "reference", "position"], name="register_event_of_case"
            ),
        ]


class RegisterCase(models.Model):
    """One case at one agency, computed from its events; a rebuild can compute the row again.

    A transferred case has a row for each agency that had the case, under one reference.
    """

    agency_code = models.CharField(max_length=50)
    reference = models.CharField(max_length=16)
    organisation_code = models.CharField(max_length=80)
    kind = models.CharField(max_length=16)
    category_code = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2)
    filed_at = models.DateTimeField()
    filed_on = models.DateField(help_text="The civil day of filing in Morocco.")
    status = models.CharField(max_length=20)
    ending = models.CharField(max_length=12, choices=FirstEnding)
    ended_at = models.DateTimeField(null=True)
    waited = models.PositiveIntegerField(
        null=True, help_text="Civil days from filing to the ending; the day of filing is day 0."
    )
    last_answered_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveIntegerField()
    resolved = models.BooleanField(null=True)
    handling = models.PositiveSmallIntegerField(null=True)
    rated_at = models.DateTimeField(null=True)
    refusal_reversed = models.BooleanField(
        db_default=False,
        help_text="The first reply was a refusal, and it did not stand: answered later, or sent "
        "back by national oversight.",
    )
    escalated_at = models.DateTimeField(
        null=True,
        help_text="When the agency brought its late reply to national oversight, while it is owed.",
    )
    last_position = models.PositiveIntegerField()
    promised_on = models.DateField(null=True, help_text="By when the decision is carried out.")
    promise_asked = models.BooleanField(
        db_default=False, help_text="The citizen was asked about that day, or has said it."
    )
    promise_kept = models.BooleanField(
        null=True, help_text="What the citizen said; a promise once broken stays the one counted."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "reference"], name="register_case_once_per_agency"
            ),
            models.CheckConstraint(
                condition=Q(ending__in=FirstEnding.values), name="register_case_ending_known"
            ),
            models.CheckConstraint(
                condition=Q(ending=FirstEnding.OPEN, ended_at=None, waited=None)
                | (
                    ~Q(ending=FirstEnding.OPEN)
                    & Q(ended_at__isnull=False)
                    & Q(waited__isnull=False)
                ),
                name="register_case_open_has_not_ended",
            ),
        ]
        indexes = [
            # The index has all columns of waiting times, so their queries do not read the table.
            models.Index(
                fields=["agency_code", "filed_on"],
                include=["kind", "ending", "waited"],
                name="register_case_waits_of_agency",
            ),
            models.Index(
                fields=["filed_on"],
                include=["agency_code", "kind", "ending", "waited"],
                name="register_case_waits_of_day",
            ),
            # The index has only the few cases whose late reply was escalated to oversight.
            models.Index(
                fields=["escalated_at"],
                include=["agency_code"],
                condition=Q(escalated_at__isnull=False),
                name="register_case_escalated",
            ),
        ]


class RegisterMonth(models.Model):
    """Counts of one agency's cases of one kind filed in one month, for national pages.

    The rows are derived from ``RegisterCase``. ``due``, ``in_time`` and ``refused_in_time`` are
    used only for months in which the sixty days of every complaint have passed; for younger months,
    queries count cases instead.
    """

    agency_code = models.CharField(max_length=50)
    kind = models.CharField(max_length=16)
    month = models.DateField(help_text="First day of the month of filing.")
    open = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    inadmissible = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    transferred = models.PositiveIntegerField()
    due = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    responses = models.PositiveIntegerField()
    resolved = models.PositiveIntegerField()
    marks = models.PositiveIntegerField(help_text="Sum of the marks (1 to 5) for the handling.")
    marked = models.PositiveIntegerField()
    refused_in_time = models.PositiveIntegerField(
        db_default=0, help_text="Of in_time: those whose reply was a refusal."
    )
    refused_reopened = models.PositiveIntegerField(
        db_default=0, help_text="Of inadmissible: those that the citizen re-opened."
    )
    refused_reversed = models.PositiveIntegerField(
        db_default=0, help_text="Of inadmissible: those whose refusal did not stand."
    )
    promises_due = models.PositiveIntegerField(
        db_default=0, help_text="Days named in replies about which citizens were asked."
    )
    promises_told = models.PositiveIntegerField(db_default=0)
    promises_kept = models.PositiveIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency_code", "kind", "month"], name="register_month_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="register_month_is_a_month"),
        ]
        indexes = [models.Index(fields=["month"], name="register_month_by_month")]


class FigureSnapshot(models.Model):
    """The national figures of every public page, in one row that is replaced when it is old.

    Agencies' database roles have no right to the table, so no agency can change published figures.
    """

    number = models.PositiveSmallIntegerField(primary_key=True, default=1)
    as_of = models.DateTimeField(help_text="When the figures were taken.")
    content = models.JSONField(help_text="Counts (shared.register.selectors.snapshot).")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number=1), name="register_snapshot_is_one"),
        ]
