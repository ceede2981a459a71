"""Kinds of e-mails, with the schemas that may write each kind and the values that it may show.

Kinds that are not listed here are not sent. An agency may write any row into its table of e-mails,
so an e-mail never shows free text or an address from an agency's row.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

# The format of a code of the directory. When the e-mail is sent, the name replaces the code.
CODE = re.compile(r"[a-z0-9-]{1,64}")
# The largest count of digits in a value of the format ``NUMBER``.
MAX_DIGITS = 9


class Origin(StrEnum):
    """The origin of a kind of e-mail; the public schema may write kinds of every origin."""

    NATIONAL = "national"
    CASE = "case"
    STAFF = "staff"


class Form(StrEnum):
    """The format of a value in a row; values with a wrong format are left out."""

    CODE = "code"
    DAY = "day"
    FLAG = "flag"
    MARK = "mark"
    NAME = "name"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A kind of e-mail.

    ``words``: the values from the row. ``told``: addresses and free texts, which are read from
    rows of the public schema, but for an agency's row are looked up when the e-mail is sent.
    ``is_proof``: the e-mail asks the recipient to prove the address; it contains no reference,
    because the mailbox may belong to a stranger. ``is_about_case``: the e-mail is to staff and
    names a case by its reference.
    """

    origin: Origin
    words: Mapping[str, Form] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    is_proof: bool = False
    is_about_case: bool = False


# The template selects a sentence by the value ``what``, and never shows the value.
_WHAT = MappingProxyType({"what": Form.NAME})
# The counts of cases in the lists of a member of staff, and the officer's id.
_COUNTS = MappingProxyType(
    dict.fromkeys(
        (
            *("total", "new", "news", "due_soon", "late", "escalated"),
            *("promise_late", "approval", "promises", "officer"),
        ),
        Form.NUMBER,
    )
)
# Values of every e-mail to the citizen of a case.
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
# E-mails about the escalation of one case or of several cases.
ESCALATION_NOTICE, ESCALATIONS_NOTICE = "escalation_notice", "escalations_notice"
# E-mail to the staff who assign cases, with the count of cases that other agencies offer.
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
        # These kinds do not name the other request, because several people may read one mailbox.
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


# E-mails of these kinds may have the reference of a case, but do not go to the citizen.
STAFF_LETTERS = frozenset(name for name, one in LETTERS.items() if one.origin is Origin.STAFF)


def letter_words(*, letter: Letter, context: object, is_national: bool) -> dict[str, str]:
    """Return a row's values that the kind of e-mail allows, without values in a wrong format.

    Addresses and free texts (``told``) are returned only with ``is_national``.
    """
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
    # Days of another century are refused, because some calendars cannot show them.
    if not word.startswith("20") or len(word) != len("2000-01-01"):
        return False
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return True
