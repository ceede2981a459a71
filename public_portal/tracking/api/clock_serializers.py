"""Both clocks of a case and its days, as REST says them."""

from rest_framework import serializers

from shared.kernel.clock_ledger import DayReason, LedgerDay, LedgerMark, MarkKind, WorkingClock
from shared.kernel.legal_deadline import LegalClock
from shared.kernel.text import Wording
from shared.ui.api import fields_of


@fields_of(LegalClock, "filed_on due_on elapsed left is_overdue")
class ClockSerializer(serializers.Serializer[LegalClock]):
    """The legal clock of the current round, in whole days; ``left`` is negative once late."""


@fields_of(
    WorkingClock, "filed_on due_on term counted not_counted paused left paused_since is_overdue"
)
class WorkingClockSerializer(serializers.Serializer[WorkingClock]):
    """What the administration promises, in working days of the current round.

    It pauses while the citizen's answer is awaited; ``left`` is negative once late.
    """

    due_on = serializers.DateField(help_text="If no more time is paused.")


@fields_of(Wording, "ar fr en")
class HolidayNameSerializer(serializers.Serializer[Wording]):
    """A holiday in the three languages."""


@fields_of(LedgerMark, "kind until")
class LedgerMarkSerializer(serializers.Serializer[LedgerMark]):
    """What happened on a day; no mark changes how the day counts."""

    kind = serializers.ChoiceField([(one.value, one.value) for one in MarkKind])
    until = serializers.DateField(
        allow_null=True, help_text="The day that an interim reply announces."
    )


@fields_of(LedgerDay, "day round legal working reason holiday marks")
class LedgerDaySerializer(serializers.Serializer[LedgerDay]):
    """One day of the case on both clocks."""

    round = serializers.IntegerField(help_text="From 0, one more for each re-opening.")
    legal = serializers.IntegerField(allow_null=True, help_text="Its number by law.")
    working = serializers.IntegerField(help_text="Working days counted by its end.")
    reason = serializers.ChoiceField([(one.value, one.value) for one in DayReason])
    holiday = HolidayNameSerializer(allow_null=True)
    marks = LedgerMarkSerializer(many=True)
