"""Whom a text reaches, as far as an officer may see it."""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from agency_console.casework.types import TextRecipient, TextRecipients
from shared.accounts.models import User
from shared.complaints.enums import Privacy
from shared.complaints.selectors import draft_files, party_of
from shared.units.selectors import unit_scope
from tenants.case_access.selectors import email_digests

if TYPE_CHECKING:
    from agency_console.casework.models import CaseDraft
    from shared.complaints.models import Complaint


def address_digests(cases: "Iterable[Complaint]") -> dict[str, str]:
    """A digest of the address of each of these cases, by reference; one query.

    Of what stands in the agency's table, which letters follow, and of what the national side knows.
    """
    cases = list(cases)
    known = email_digests(references=[one.reference for one in cases])
    return {
        one.reference: _digest([party_of(one).email, known.get(one.reference, "")]) for one in cases
    }


def approval_digest(draft: "CaseDraft", cases: "Iterable[Complaint]") -> str:
    """What a supervisor approves who reads this text for these cases: it and their addresses."""
    return _digest([text_digest(draft), address_digests(cases)])


def text_digest(draft: "CaseDraft") -> str:
    """A digest of the text and of the files beside it; one query."""
    files = sorted(str(file.pk) for file in draft_files(draft_id=draft.pk))
    return _digest([draft.act, draft.parts, files])


def text_recipients(
    draft: "CaseDraft", cases: "Iterable[Complaint]", *, user: User
) -> TextRecipients:
    """The requests that a text reaches, and to whom each letter goes, as far as ``user`` may see.

    Of a case of another unit not even the reference; of a hidden person no address.
    """
    cases, scope = list(cases), unit_scope(user=user)
    noted = draft.recipients if isinstance(draft.recipients, dict) else None
    seen = [one for one in cases if one.assignee_id == user.pk or scope.holds(one.unit_id)]
    return TextRecipients(
        shown=tuple(
            TextRecipient(
                reference=one.reference,
                subject=one.subject,
                name=party_of(one).name if one.privacy == Privacy.NAMED else "",
                email=party_of(one).email if one.privacy == Privacy.NAMED else "",
                is_hidden=one.privacy != Privacy.NAMED,
                has_joined=noted is not None and one.reference not in noted,
            )
            for one in seen
        ),
        hidden=len(cases) - len(seen),
    )


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
