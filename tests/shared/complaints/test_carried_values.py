"""Every column that a case brings along has a rule, and what the rule puts there fits it."""

from datetime import UTC, datetime

from shared.complaints.models import Complaint, Party
from shared.complaints.models.carried_values import RULES, rule_of
from shared.complaints.models.custody import (
    CASE_COLUMNS,
    MOVED,
    NOT_CARRIED,
    PARTY_COLUMNS,
    Custody,
)

CARRIED = (Custody.MOVES, Custody.COPIED)
# Values of every type that no rule may let through, or choke on.
BAD = {
    "DateTimeField": [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)],
    "DateField": [datetime(1, 1, 1, tzinfo=UTC).date(), datetime(9999, 12, 31, tzinfo=UTC).date()],
    "PositiveSmallIntegerField": [-1, 32_767],
    "CharField": ["a\x01b", "x" * 300],
    "SlugField": ["../x", "a b"],
    "TextField": ["a\x01b", "x" * 200_000],
    "EmailField": ["no address", "a@b.c\nBcc: d@e.f"],
    "JSONField": [5, {"a": 1}, ["zz"], [["none"]]],
    "BinaryField": [b"", b"x" * 33],
}


def carried():
    """Every column that goes along, with its model."""
    for model, columns in ((Complaint, CASE_COLUMNS), (Party, PARTY_COLUMNS)):
        for name, custody in columns.items():
            if custody in CARRIED:
                yield model, model._meta.get_field(name)
    for moved in MOVED:
        for field in moved._meta.concrete_fields:
            if field.name not in NOT_CARRIED:
                yield moved, field


def test_every_column_that_goes_along_has_a_rule():
    assert [rule_of(model, field) for model, field in carried()]
    known = {f"{model._meta.model_name}.{field.name}" for model, field in carried()}
    assert {name for name in RULES if not name.startswith("mail.")} <= known


def test_no_rule_lets_a_bad_value_through_and_what_it_puts_there_fits():
    let_through, unfit = [], []
    for model, field in carried():
        rule = rule_of(model, field)
        for bad in BAD.get(type(field).__name__, []):
            if rule.fits(bad):
                let_through.append((str(field), bad))
            elif not field.null and field.name not in ("at", "received_at"):
                unfit += [] if rule.fits(rule.safe(bad)) else [(str(field), bad)]

    assert let_through == []
    assert unfit == []
