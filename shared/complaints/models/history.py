"""Append-only table of the events of cases."""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from shared.complaints.enums import WAITED_FOR, EventKind, Outcome, Status
from shared.complaints.models.complaint import Complaint
from shared.kernel.actors import ActorKind
from shared.rows.value_bounds import MAX_POSITION, values_bounded, word_among


class AppendOnly(models.QuerySet["ComplaintEvent"]):
    """A queryset of events that allows reading and adding, and refuses changes."""

    def update(self, **kwargs: Any) -> NoReturn:  # Django's signature
        """Raise ``TypeError``: events are never changed."""
        raise TypeError("events are append-only")

    def delete(self) -> NoReturn:
        """Raise ``TypeError``: events are never deleted."""
        raise TypeError("events are append-only")


class ComplaintEvent(models.Model):
    """An event of a case; rows are inserted and never changed."""

    id = models.UUIDField(primary_key=True)
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events", db_index=False)
    # Citizens' messages in cases merged into this case also raise the version, so positions have
    # gaps.
    position = models.PositiveIntegerField(help_text="1, 2, 3, ... within the case, no gaps.")
    kind = models.CharField(max_length=24, choices=EventKind)
    status = models.CharField(max_length=16, choices=Status, help_text="After the event.")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    resolved = models.BooleanField(null=True, help_text="A rating's first fact.")
    handling = models.PositiveSmallIntegerField(null=True, help_text="A rating's second fact, 1-5.")
    same_officer = models.BooleanField(
        db_default=False,
        help_text="By or for an officer who had decided on the case before: nobody else could.",
    )
    assigned_to = models.CharField(
        max_length=120, blank=True, db_default="", help_text="The officer who got the case."
    )
    chain = models.JSONField(
        null=True,
        help_text="Of a case taken over: who held it before, with what happened there.",
    )
    until = models.DateField(
        null=True, help_text="Of an interim reply: by when it announces the reply."
    )
    merged_with = models.CharField(
        max_length=16,
        blank=True,
        db_default="",
        help_text="Of a merge and its end: the reference of the other case.",
    )
    promised_on = models.DateField(null=True, help_text="The day that a reply names.")
    actor_kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value) for kind in ActorKind]
    )
    actor_label = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    # The code of the agency that recorded the event, "" for this agency; never stored.
    held_by = ""

    objects: ClassVar[models.Manager["ComplaintEvent"]] = AppendOnly.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "position"], name="event_position_once"),
            models.CheckConstraint(
                condition=word_among("kind", EventKind.values), name="event_kind"
            ),
            values_bounded(
                "event_values",
                moments=["at"],
                days=("until", "promised_on"),
                numbers={"handling": 5, "position": MAX_POSITION},
                choices={
                    "status": Status.values,
                    "outcome": ("", *Outcome.values),
                    "actor_kind": [kind.value for kind in reversed(ActorKind)],
                },
            ),
        ]
        indexes = [
            # The hourly measurement of every agency counts decisions of the same officer, and the
            # reports read interim replies of a period. The index has only these rare events.
            models.Index(
                fields=["kind", "at"],
                include=["same_officer"],
                condition=Q(same_officer=True) | Q(kind=EventKind.INTERIM_REPLY),
                name="event_counted",
            ),
            # The lists of cases that wait for a review or an approval use this small index.
            models.Index(
                fields=["complaint", "position"],
                include=["kind"],
                condition=Q(kind__in=WAITED_FOR),
                name="event_waited_for",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:  # Django's signature
        """Insert the event. Raises ``TypeError`` for a row that exists."""
        if not self._state.adding:
            raise TypeError("events are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:  # Django's signature
        """Raise ``TypeError``: events are never deleted."""
        raise TypeError("events are append-only")
