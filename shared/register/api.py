"""Figures in the REST interface, in one form for all endpoints."""

from collections.abc import Iterable

from django.forms import BaseForm
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from shared.register.enums import Measure, Unit
from shared.register.types import Group, Line

# JSON of a figure, and of the figures of a month or an agency, as the serializers below say.
FigureBody = dict[str, object]
GroupBody = dict[str, object]


class FigureSerializer(serializers.Serializer[FigureBody]):
    """One figure, for the schema."""

    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    unit = serializers.ChoiceField(choices=Unit.choices)
    value = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


FIGURES_HELP = f"By measure: {', '.join(Measure.values)}."


class GroupSerializer(serializers.Serializer[GroupBody]):
    """One group, for the schema."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    figures = serializers.DictField(child=FigureSerializer(), help_text=FIGURES_HELP)


def figures_body(lines: Iterable[Line]) -> dict[str, FigureBody]:
    """Return the JSON of the lines, keyed by the name of the measure."""
    return {
        line.measure.value: {
            "label": str(line.measure.label),
            "definition": line.measure.definition,
            "unit": line.unit.value,
            "value": line.value,
            "n": line.n,
            "low": line.low,
            "high": line.high,
            "note": line.note,
        }
        for line in lines
    }


def group_body(group: Group) -> GroupBody:
    """Return the JSON of one group."""
    return {"key": group.key, "label": group.label, "figures": figures_body(group.lines)}


def require_valid(form: BaseForm) -> None:
    """Raise ``ValidationError`` with the errors of the form, field by field."""
    if not form.is_valid():
        raise ValidationError(
            {
                field: [
                    ErrorDetail(error["message"], code=error["code"] or "invalid")
                    for error in errors
                ]
                for field, errors in form.errors.get_json_data().items()
            }
        )
