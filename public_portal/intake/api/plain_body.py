"""Reading of a request's JSON without the serializer, for bodies that are plainly valid.

The serializer of REST framework goes through all its fields for each request. This module accepts
only bodies that the serializer accepts too, with the same values. It refuses nothing: for every
other body the serializer decides, so all error messages are the serializer's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.exceptions import ValidationError
from rest_framework.serializers import Serializer

from public_portal.intake.api.serializers import ComplaintSerializer, PartySerializer
from shared.complaints.enums import Channel, Declaration, Kind, Language, PartyKind, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel import clock
from shared.kernel.contacts import is_plain_email, national_id_parse, phone_parse
from shared.kernel.day_parsing import FIRST_YEAR
from shared.kernel.errors import InvalidInput
from shared.kernel.text import clean_text
from shared.ui.api import LineTextField, TextField
from shared.ui.fields import MAX_EMAIL_LENGTH, require_visible

# The answers to a category's questions are left to the serializer.
_NAMES = frozenset(ComplaintSerializer._declared_fields) - {"answers"}
_PARTY_NAMES = frozenset(PartySerializer._declared_fields)
# NUL and surrogates, which the serializer refuses.
_REFUSED = re.compile("[\x00\ud800-\udfff]")


class _NotPlain(Exception):
    """The error for a body that is left to the serializer."""


def plain_draft(content: object) -> ComplaintDraft | None:
    """Return the complaint in a decoded JSON body; ``None`` if the serializer must decide."""
    try:
        return _draft(_members(content, _NAMES))
    except (_NotPlain, ValidationError, InvalidInput, KeyError, ValueError):
        return None


def _draft(given: Mapping[str, object]) -> ComplaintDraft:
    texts = {name: text.read(given) for name, text in _TEXTS.items()}
    privacy = Privacy(_code(given["privacy"]))
    return ComplaintDraft(
        organisation_code=texts["organisation"],
        kind=Kind(_code(given["kind"])),
        category_code=texts["category"],
        subject=texts["subject"],
        body=texts["body"],
        remedy=texts["remedy"],
        place=texts["place"],
        happened_on=_day(given.get("happened_on")),
        declarations=_declarations(given.get("declarations", [])),
        language=Language(_code(given["language"])),
        privacy=privacy,
        channel=Channel.API,
        party=_anonymous(given) if privacy == Privacy.ANONYMOUS else _party(given),
    )


def _members(value: object, names: frozenset[str]) -> dict[str, object]:
    if type(value) is not dict or not value.keys() <= names:
        raise _NotPlain
    return cast(dict[str, object], value)


def _code(value: object) -> str:
    # The serializer also accepts other types whose text is a code.
    if type(value) is not str:
        raise _NotPlain
    return value


def _day(value: object) -> date | None:
    if value is None:
        return None
    # The serializer reads a day by the same function first.
    day = date.fromisoformat(_code(value))
    if day > clock.today() or day.year < FIRST_YEAR:
        raise _NotPlain
    return day


def _declarations(value: object) -> tuple[Declaration, ...]:
    if type(value) is not list or len(value) > len(Declaration):
        raise _NotPlain
    return tuple(dict.fromkeys(Declaration(_code(one)) for one in value))


def _anonymous(given: Mapping[str, object]) -> PartyDraft:
    # The serializer checks the person of an anonymous request before it drops the person.
    if "party" in given:
        raise _NotPlain
    return PartyDraft()


def _party(given: Mapping[str, object]) -> PartyDraft:
    person = _members(given["party"], _PARTY_NAMES)
    email = _email(person.get("email", ""))
    phone = _parsed(phone_parse, _PHONE.read(person))
    name = _NAME.read(person)
    if not name or not (email or phone):
        raise _NotPlain
    return PartyDraft(
        name=name,
        email=email,
        phone=phone,
        national_id=_parsed(national_id_parse, _NATIONAL_ID.read(person)),
        kind=PartyKind(_code(person.get("kind", PartyKind.PERSON.value))),
    )


def _email(value: object) -> str:
    email = _code(value).strip()
    if email and not (len(email) <= MAX_EMAIL_LENGTH and is_plain_email(email)):
        raise _NotPlain
    return email


def _parsed(parse: Callable[[str], str], line: str) -> str:
    return parse(line) if line else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The limits of a text field of the serializer."""

    name: str
    max_length: int
    least: int
    is_required: bool
    is_line: bool

    def read(self, given: Mapping[str, object]) -> str:
        """Return the text as ``TextField`` cleans it. Raises ``_NotPlain``."""
        value = given[self.name] if self.is_required else given.get(self.name, "")
        text = _code(value).strip()
        if not text and not self.is_required:
            return ""
        if len(text) > self.max_length or _REFUSED.search(text):
            raise _NotPlain
        # Printable ASCII is clean.
        if not (text.isascii() and text.isprintable()):
            text = clean_text(text).strip()
        require_visible(text, least=self.least)
        return " ".join(text.split()) if self.is_line else text


def _text(serializer: "type[Serializer[Any]]", name: str) -> _Text:
    field = cast(TextField, serializer._declared_fields[name])
    return _Text(
        name=name,
        max_length=cast(int, field.max_length),
        least=field.least,
        is_required=field.required,
        is_line=isinstance(field, LineTextField),
    )


_TEXTS = {
    name: _text(ComplaintSerializer, name)
    for name, field in ComplaintSerializer._declared_fields.items()
    if isinstance(field, TextField)
}
_NAME, _PHONE, _NATIONAL_ID = (
    _text(PartySerializer, name) for name in ("name", "phone", "national_id")
)
