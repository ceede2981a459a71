"""Check of a case that comes from another agency: safe values replace unreadable values.

No case is refused, because a damaged case would then stay with its agency, even against a binding
decision. Replaced values are named by their columns, never by their content. Pure Python; no query.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Field, Model

from shared.complaints.enums import Author, Kind, MessageKind, Privacy
from shared.complaints.models import Attachment, Complaint, Message, Party
from shared.complaints.models.carried_values import ValueRule, rule_of
from shared.complaints.models.custody import MOVED
from shared.complaints.types.custody import CasePayload, Row
from shared.kernel import clock, legal_deadline
from shared.kernel.identifiers import uuid7

_MODELS: Mapping[str, type[Model]] = {one.__name__: one for one in MOVED}
# Moments of past events; a moment before the filing or in the future is invalid.
_PAST = ("answered_at", "reopened_at")

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedPayload:
    """A case in which every value can be read; ``columns``: the names of the replaced values."""

    payload: CasePayload
    columns: tuple[str, ...]


class _Marks(list[str]):
    def set(self, row: Values, model: type[Model], name: str, value: Any) -> None:
        row[name] = value
        self.append(f"{model._meta.model_name}.{name}")


def payload_repair(payload: CasePayload, *, at: datetime) -> RepairedPayload:
    """Return the case with safe values in place of values that no page and no worker can read.

    ``at``: the moment of the transfer; every moment of the case must be earlier.
    """
    marks = _Marks()
    party = _row(Party, payload.party, marks)
    case = _row(Complaint, payload.case, marks)
    _case_settle(case, marks, filed_at=_filed_at(payload, at), at=at)
    if "complaint.privacy" in marks and (party["name"] or party["email"]):
        # The name or address is stored unencrypted, so the case is not confidential.
        case["privacy"] = Privacy.NAMED
    rows = {
        name: [_row(_MODELS[name], row, marks) for row in found]
        for name, found in payload.rows.items()
        # The other rows of a payload are kinds of e-mails, which ``_row`` cannot read.
        if name in _MODELS
    }
    for name, found in rows.items():
        for row in found:
            _past(_MODELS[name], row, marks, at=at)
    messages = rows.get(Message.__name__, [])
    for row in messages:
        _message_settle(row, marks)
    written = {str(row["id"]) for row in messages}
    for row in rows.get(Attachment.__name__, []):
        # The message id may name a message of another case, also in the receiver's schema.
        if row["message"] is not None and str(row["message"]) not in written:
            marks.set(row, Attachment, "message", None)
    if not marks:
        return RepairedPayload(payload=payload, columns=())
    repaired = replace(
        payload,
        case=_texts(Complaint, case),
        party=_texts(Party, party),
        rows={
            **payload.rows,
            **{
                name: tuple(_texts(_MODELS[name], row) for row in found)
                for name, found in rows.items()
            },
        },
    )
    return RepairedPayload(payload=repaired, columns=tuple(dict.fromkeys(marks)))


def keys_renew(payload: CasePayload, *, taken: Collection[str]) -> CasePayload:
    """Return the payload with new ids in place of ``taken``, which other rows already have."""
    new = {number: str(uuid7()) for number in taken}
    return replace(
        payload,
        rows={
            name: tuple(
                {
                    column: new.get(text, text) if column in ("id", "message") else text
                    for column, text in row.items()
                }
                for row in found
            )
            for name, found in payload.rows.items()
        },
    )


def payload_keys(payload: CasePayload) -> list[str]:
    """Return the ids of the payload's messages and files, which the sending agency chose freely."""
    return [
        str(row["id"])
        for model in (Message, Attachment)
        for row in payload.rows.get(model.__name__, ())
    ]


def _row(model: type[Model], row: Row, marks: _Marks) -> Values:
    """Return the values of a row, with a safe value in place of each invalid value."""
    values: Values = {}
    rules = _rules(model)
    for name, text in row.items():
        field, rule = rules[name]
        value = None if text is None else field.to_python(text)
        if value is None or rule.fits(value):
            values[name] = value
        else:
            marks.set(values, model, name, None if field.null else rule.safe(value))
    return values


@cache
def _rules(model: type[Model]) -> "dict[str, tuple[Field[Any, Any], ValueRule]]":
    fields = {field.name: field for field in model._meta.concrete_fields if not field.generated}
    return {name: (field, _rule(model, field)) for name, field in fields.items()}


def _rule(model: type[Model], field: "Field[Any, Any]") -> ValueRule:
    try:
        return rule_of(model, field)
    except LookupError:
        # A column that is not transferred has no rule, so its default value is used.
        return ValueRule(fits=lambda _value: False, safe=lambda _value: field.get_default())


def _filed_at(payload: CasePayload, at: datetime) -> datetime:
    """Return when the case was filed: the start of its first holding, or ``at``."""
    since = payload.chain[0].since if payload.chain else at
    return since if _is_past(since, at) else at


def _case_settle(case: Values, marks: _Marks, *, filed_at: datetime, at: datetime) -> None:
    """Make the columns of a case consistent with each other."""
    if "complaint.received_at" in marks or not _is_past(case["received_at"], at):
        marks.set(case, Complaint, "received_at", filed_at)
    waiting: datetime | None = case["waiting_since"]
    if waiting is not None and not case["received_at"] <= waiting <= at + clock.MAX_OFFSET:
        marks.set(case, Complaint, "waiting_since", min(max(waiting, case["received_at"]), at))
    for name in _PAST:
        value = case[name]
        if value is not None and not (case["received_at"] <= value and _is_past(value, at)):
            marks.set(case, Complaint, name, None)
    if case["outcome"] and case["answered_at"] is None:
        marks.set(case, Complaint, "outcome", "")
    is_complaint = case["kind"] == Kind.COMPLAINT
    if is_complaint != (case["due_on"] is not None) or not _is_term(case):
        due_on = (
            legal_deadline.reply_due_on(clock.civil_day(case["reopened_at"] or case["received_at"]))
            if is_complaint
            else None
        )
        marks.set(case, Complaint, "due_on", due_on)


def _is_term(case: Values) -> bool:
    """Return whether the last day of the legal term is not before the filing."""
    due_on: date | None = case["due_on"]
    return due_on is None or due_on >= clock.civil_day(case["received_at"])


def _past(model: type[Model], row: Values, marks: _Marks, *, at: datetime) -> None:
    """Replace moments of a row that are in the future or before the first possible moment."""
    for name, value in list(row.items()):
        if isinstance(value, datetime) and not _is_past(value, at):
            marks.set(row, model, name, None if _rules(model)[name][0].null else at)


def _message_settle(row: Values, marks: _Marks) -> None:
    """Set the author of a message: the agency that the row names, else the citizen.

    A text of a citizen gets the kind ``MESSAGE``.
    """
    is_by_officer = bool(row.get("agency_code"))
    if not is_by_officer and row["author"] != Author.CITIZEN:
        marks.set(row, Message, "author", Author.CITIZEN)
    if is_by_officer and row["author"] != Author.AGENCY:
        marks.set(row, Message, "author", Author.AGENCY)
    if row["author"] == Author.CITIZEN and row["kind"] != MessageKind.MESSAGE:
        marks.set(row, Message, "kind", MessageKind.MESSAGE)


def _is_past(value: datetime, at: datetime) -> bool:
    # The times of two servers may differ by ``clock.MAX_OFFSET``.
    return clock.FIRST_MOMENT <= value <= at + clock.MAX_OFFSET


def _texts(model: type[Model], row: Values) -> Values:
    """Return a row with values that the model's fields can read again, usually texts."""
    return {name: _text(_rules(model)[name][0], value) for name, value in row.items()}


def _text(field: "Field[Any, Any]", value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        # Bytes get the form that ``value_to_string`` writes.
        return field.value_to_string(field.model(**{field.attname: value}))
    return value if value is None or isinstance(value, str | list | dict) else str(value)
