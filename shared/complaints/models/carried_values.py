"""Rules for the values of a case that comes from another agency, with safe replacements.

An agency that transfers a case writes its rows with the rights of its own schema. Most rules follow
from the types of the columns; ``RULES`` has the other rules. A test fails if a column that
``custody.py`` transfers has no rule.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.db.models import Field

from shared.complaints.enums import (
    ESCALATION_EVENTS,
    Author,
    Channel,
    Declaration,
    Kind,
    Language,
    MessageKind,
    PartyKind,
    Privacy,
    ScanState,
)
from shared.kernel import references
from shared.kernel.clock import FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT
from shared.kernel.text import clean_text
from shared.rows.value_bounds import MAX_COUNT

# Ten times the limit of a form, because a reply is composed of several texts of a form.
MAX_TEXT = 100_000
SHA256_BYTES = 32
CODE = re.compile(r"[-a-zA-Z0-9_]*")
PHONE = re.compile(r"(\+?[0-9]{4,19})?")
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
# A dot is not allowed, so that a file's place cannot be outside the folder of all files.
PLACE = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)+")
# A valid place without a file, so that pages show the file as missing. At a short place the hourly
# maintenance would search for the file's owner.
NO_PLACE = f"attachments/0000/{'0' * 48}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """The rule for a column: ``fits`` tests a value, ``safe`` replaces a value that does not fit.

    A column that may be null needs no safe value, because the value is replaced by null.
    """

    fits: Callable[[Any], bool]
    safe: Callable[[Any], Any]


def one_of(words: type[models.TextChoices], safe: str) -> ValueRule:
    """Return the rule that a value is one of ``words``; ``safe`` replaces any other value."""
    return ValueRule(fits=frozenset(words.values).__contains__, safe=lambda _value: safe)


def matching(pattern: re.Pattern[str], safe: str = "") -> ValueRule:
    """Return the rule that a text matches ``pattern``; ``safe`` replaces any other text."""
    return ValueRule(
        fits=lambda value: pattern.fullmatch(value) is not None, safe=lambda _value: safe
    )


def at_most(most: int, least: int = 0) -> ValueRule:
    """Return the rule for a number from ``least`` to ``most``; the nearer bound replaces other
    numbers.
    """
    return ValueRule(
        fits=lambda value: least <= value <= most,
        safe=lambda value: min(max(value, least), most),
    )


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return value == ""
    return True


def _declared(value: Any) -> list[str]:
    found = value if isinstance(value, list) else []
    return [one for one in Declaration.values if one in found]


def _text(most: int) -> ValueRule:
    return ValueRule(
        fits=lambda value: len(value) <= most and clean_text(value) == value,
        safe=lambda value: clean_text(value)[:most],
    )


# Rules for columns whose type alone does not say which values are valid.
RULES: Mapping[str, ValueRule] = MappingProxyType(
    {
        "complaint.kind": one_of(Kind, Kind.COMPLAINT),
        "complaint.language": one_of(Language, Language.ARABIC),
        # A person whose privacy is unknown is not shown as named (see ``payload_repair``).
        "complaint.privacy": one_of(Privacy, Privacy.CONFIDENTIAL),
        "complaint.channel": one_of(Channel, Channel.PORTAL),
        "complaint.declarations": ValueRule(
            fits=lambda value: (
                isinstance(value, list) and sorted(map(str, value)) == sorted(_declared(value))
            ),
            safe=_declared,
        ),
        "complaint.follows": matching(re.compile(f"({references.PATTERN.strip('^$')})?")),
        "complaint.escalated": at_most(len(ESCALATION_EVENTS)),
        "party.kind": one_of(PartyKind, PartyKind.PERSON),
        "party.phone": matching(PHONE),
        "message.kind": one_of(MessageKind, MessageKind.MESSAGE),
        "message.author": one_of(Author, Author.AGENCY),
        "attachment.author": one_of(Author, Author.AGENCY),
        "attachment.scan": one_of(ScanState, ScanState.NOT_SCANNED),
        "attachment.content_type": matching(CONTENT_TYPE, "application/octet-stream"),
        "attachment.path": matching(PLACE, NO_PLACE),
        "attachment.sha256": ValueRule(
            fits=lambda value: len(value) == SHA256_BYTES,
            safe=lambda _value: bytes(SHA256_BYTES),
        ),
        "rating.handling": at_most(5, least=1),
        "mail.language": one_of(Language, Language.ARABIC),
        "mail.reference": matching(re.compile(f"({references.PATTERN.strip('^$')})?")),
        "mail.context": ValueRule(
            fits=lambda value: isinstance(value, dict), safe=lambda _value: {}
        ),
    }
)  # fmt: skip


def rule_of(model: type[models.Model], field: "Field[Any, Any]") -> ValueRule:
    """Return the rule for the values of a column. Raises ``LookupError`` if no rule exists."""
    name = f"{model._meta.model_name}.{field.name}"
    if name in RULES:
        return RULES[name]
    if field.choices and not (field.blank or field.null):
        raise LookupError(f"{name} needs a rule: which of its words is safe?")
    if field.choices:
        known = frozenset(str(value) for value, _label in field.flatchoices) | {""}
        return ValueRule(fits=known.__contains__, safe=lambda _value: "")
    for kind, made in _BY_TYPE:
        if isinstance(field, kind):
            return made(field)
    raise LookupError(f"{name} needs a rule: nothing is known of {type(field).__name__}")


def _anything(_field: object) -> ValueRule:
    # A column of this type can have no harmful value.
    return ValueRule(fits=lambda _value: True, safe=lambda value: value)


def _moment(value: datetime) -> datetime:
    return min(max(value, FIRST_MOMENT), LAST_MOMENT)


def _day(value: date) -> date:
    return min(max(value, FIRST_DAY), LAST_DAY)


# A bound is not valid, because ``safe`` puts the bound in place of unreadable dates. The first
# matching type counts, because a date-time field is also a date field.
_BY_TYPE: tuple[tuple[type, Callable[[Any], ValueRule]], ...] = (
    (
        models.DateTimeField,
        lambda _field: ValueRule(
            fits=lambda value: FIRST_MOMENT < value < LAST_MOMENT, safe=_moment
        ),
    ),
    (
        models.DateField,
        lambda _field: ValueRule(fits=lambda value: FIRST_DAY < value < LAST_DAY, safe=_day),
    ),
    (models.PositiveSmallIntegerField, lambda _field: at_most(MAX_COUNT)),
    (models.PositiveIntegerField, lambda _field: at_most(2**31 - 1)),
    (
        models.EmailField,
        lambda _field: ValueRule(fits=_is_address, safe=lambda _value: ""),
    ),
    (models.SlugField, lambda _field: matching(CODE)),
    (models.CharField, lambda field: _text(field.max_length)),
    (models.TextField, lambda _field: _text(MAX_TEXT)),
    (models.BooleanField, _anything),
    (models.UUIDField, _anything),
    (models.BigIntegerField, _anything),
    (models.ForeignKey, _anything),
)
