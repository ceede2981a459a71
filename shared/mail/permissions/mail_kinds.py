"""Kinds of e-mails: who may write each kind, and which values it may show.

A kind that is not listed here is not sent. An agency may write any row into its own table, so an
e-mail uses only values that this list allows: no free text and no address of the agency's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

# A code of the directory; sending looks up the name in the public schema.
CODE = re.compile(r"[a-z0-9-]{1,64}")
# A number of an agency's cases never has more digits.
MAX_DIGITS = 9


class Origin(StrEnum):
    """The origin of a kind of e-mail; rows of the public schema may have kinds of every origin."""

    NATIONAL = "national"
    CASE = "case"
    STAFF = "staff"


class Form(StrEnum):
    """The format of a value in a row; a value of another format is left out."""

    CODE = "code"
    DAY = "day"
    FLAG = "flag"
    MARK = "mark"
    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of e-mail.

    ``words``: values of the row. ``told``: addresses and free text, read only from rows of the
    public schema; for an agency's row, they are supplied on sending. ``is_proof``: the e-mail asks
    its recipient to prove that the address is theirs. Nobody knows yet whose mailbox that is, so
    the e-mail says nothing of a case, not even its reference. ``is_about_case``: the e-mail informs
    staff of a case of their agency, by its reference alone.
    """

    origin: Origin
    words: Mapping[str, Form] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    is_proof: bool = False
    is_about_case: bool = False


# ``what`` selects a sentence of the template, which compares the value and never shows it.
_WHAT = MappingProxyType({"what": Form.NAME})
# The numbers of waiting cases in each list of a member of staff, and whose cases were counted.
_COUNTS = MappingProxyType(
    dict.fromkeys(
        (
            *("total", "new", "news", "due_soon", "late", "escalated"),
            *("promise_late", "approval", "promises", "officer"),
        ),
        Form.NUMBER,
    )
)
# Values of every e-mail about a case (shared.complaints.services.citizen_mail).
_CASE = MappingProxyType(
    {
        "due_on": Form.DAY,
        "answer_by": Form.DAY,
        "promised_on": Form.DAY,
        "is_refused_again": Form.FLAG,
    }
)


def _national(*told: str, is_proof: bool = False) -> Letter:
    return Letter(origin=Origin.NATIONAL, told=told, is_proof=is_proof)


def _case(**words: Form) -> Letter:
    return Letter(origin=Origin.CASE, words={**_CASE, **words})


def _staff(
    *told: str, words: Mapping[str, Form] = MappingProxyType({}), is_about_case: bool = False
) -> Letter:
    return Letter(origin=Origin.STAFF, words=words, told=told, is_about_case=is_about_case)


# E-mails to staff about one case, about cases of the last hour, and the digest of the morning.
CASE_NOTICE, CASES_NOTICE, STAFF_DIGEST = "case_notice", "cases_notice", "staff_digest"
# E-mails that the legal term of one or several cases ends, has ended, or was escalated.
ESCALATION_NOTICE, ESCALATIONS_NOTICE = "escalation_notice", "escalations_notice"
# E-mail with the number of cases offered to an agency, to its staff who assign cases.
OFFERS_NOTICE = "offers_notice"
NOTICES = (
    *(CASE_NOTICE, CASES_NOTICE, STAFF_DIGEST),
    *(ESCALATION_NOTICE, ESCALATIONS_NOTICE, OFFERS_NOTICE),
)

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        # E-mails about a citizen's account, form drafts and e-mail addresses.
        "account_code": _national("code"),
        "account_elsewhere": _national(),
        "account_notice": _national("what"),
        "code": _national("code"),
        "draft": _national("resume_url", "until"),
        "not_filed": _national("start_url", "day"),
        "link": _national(),
        "email_old": _national(),
        "email_given": _national(is_proof=True),
        "email_new": _national(is_proof=True),
        "email_first": _national(is_proof=True),
        "email_changed": _national(),
        # E-mails about a workspace request or the payments of a workspace.
        "workspace_code": _national("code"),
        "workspace_received": _national("request_url"),
        "workspace_question": _national("question", "request_url"),
        "workspace_approved": _national("request_url"),
        "workspace_refused": _national("reason", "request_url"),
        "workspace_withdrawn": _national("request_url"),
        "billing": _national(
            "what", "agency", "number", "amount", "day", "due", "reason", "extras", "billing_url"
        ),
        # E-mails to the citizen of a case.
        "received": _case(),
        "question": _case(),
        "question_withdrawn": _case(),
        "message": _case(),
        "interim": _case(until=Form.DAY),
        "answered": _case(),
        "refused": _case(),
        "directed": _case(organisation=Form.CODE),
        "transferred": _case(organisation=Form.CODE),
        "split": _case(until=Form.DAY),
        "part_joined": _case(),
        "rated": _case(resolved=Form.FLAG, handling=Form.MARK),
        "reopened": _case(),
        "withdrawn": _case(),
        "identity": _case(),
        "promise": _case(),
        "review_asked": _case(),
        "review_decided": _case(),
        "added_by_email": _case(),
        # These two kinds omit the other request's reference: several people may read one mailbox.
        "merged": _case(),
        "unmerged": _case(),
        # E-mails to the staff of a workspace or of national oversight.
        "staff_notice": _staff(words=_WHAT),
        "workspace_ready": _staff("agency_name", "console_url"),
        "colleague": _staff("agency", "console_url", "password_url"),
        "caretaker": _staff("agency", "console_url", "password_url"),
        "standing": _staff("agency", "reason", "leaving_url", "staff_url", words=_WHAT),
        "bundle_ready": _staff("agency", "bundle_url"),
        CASE_NOTICE: _staff(words=_WHAT, is_about_case=True),
        CASES_NOTICE: _staff(words={"what": Form.NAME, **_COUNTS}),
        STAFF_DIGEST: _staff(words=_COUNTS),
        ESCALATION_NOTICE: _staff(words=_WHAT, is_about_case=True),
        ESCALATIONS_NOTICE: _staff(words={"what": Form.NAME, "total": Form.NUMBER}),
        OFFERS_NOTICE: _staff(words={"total": Form.NUMBER}),
    }
)


# Rows of these kinds may have a case's reference, but they are no e-mails to its citizen.
STAFF_LETTERS = frozenset(name for name, one in LETTERS.items() if one.origin is Origin.STAFF)


def letter_words(*, letter: Letter, context: object, is_national: bool) -> dict[str, str]:
    """Return the values of a row that its kind of e-mail lists and that have the right format."""
    said: Mapping[str, Any] = context if isinstance(context, dict) else {}
    return {name: str(said.get(name, "")) for name in (letter.told if is_national else ())} | {
        name: said[name] for name, form in letter.words.items() if _fits(said.get(name), form)
    }


def _fits(word: object, form: Form) -> bool:
    if not isinstance(word, str):
        return False
    match form:
        case Form.CODE:
            return CODE.fullmatch(word) is not None
        case Form.DAY:
            return _is_day(word)
        case Form.FLAG:
            return word in ("", "yes")
        case Form.MARK:
            return word in ("", "1", "2", "3", "4", "5")
        case Form.NAME:
            return word.isascii() and word.replace("_", "").isalpha()
        case Form.NUMBER:
            return len(word) <= MAX_DIGITS and word.isascii() and word.isdecimal()


def _is_day(word: str) -> bool:
    # Only days of this century are accepted, because the calendars cannot write all later days.
    if not word.startswith("20") or len(word) != len("2000-01-01"):
        return False
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return True
