"""Queries for the pages of the citizens' account."""

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from public_portal.account.enums import Shown
from public_portal.account.errors import PasskeyNotFound
from public_portal.account.types import ListedComplaint, OpenSession, Passkey
from public_portal.account.workflow import status_line
from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.selectors import user_by_email
from shared.accounts.types import SessionDetail
from shared.complaints.enums import CITIZEN_EVENT_LABELS, DIRECTED_LABEL, OPEN, EventKind
from shared.complaints.types import CaseSummary
from shared.directory.selectors.organisations import organisation_names
from shared.kernel import clock
from shared.kernel.text import Wording
from shared.rows.selectors import found_or_refuse
from tenants.case_access.presenters import parts_sentence
from tenants.case_access.services.citizen_sessions import citizen_sessions_of
from tenants.case_access.services.owned_cases import owned_cases, owned_cases_whole
from tenants.case_access.types import OwnedCase

A_PAGE = 20
# The largest count of requests in a copy of an account; each request needs six queries.
MAX_COPIED = 1_000
IS_OPEN = {Shown.ALL: None, Shown.OPEN: True, Shown.ENDED: False}


def citizen_find(*, email: str) -> User | None:
    """Return the citizen whose account has an e-mail address, or ``None``."""
    user = user_by_email(email=email)
    return user if user is not None and user.role == Role.CITIZEN else None


def complaints_page(
    *, user: User, shown: Shown, page: int, language: str
) -> tuple[int, list[ListedComplaint]]:
    """Return the count of the citizen's requests that the filter selects, and one page of them.

    ``page`` is the number of that page, from 1.
    """
    found = owned_cases(
        user_id=user.pk, first=(page - 1) * A_PAGE, most=A_PAGE, is_open=IS_OPEN[shown]
    )
    codes = {case.summary.organisation_code for case in found.cases if case.summary}
    names = organisation_names(codes=codes) if codes else {}
    return found.total, [_listed(case, names, language) for case in found.cases]


def passkeys_of(*, user: User) -> list[Passkey]:
    """Return the passkeys of an account, the oldest first."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    return [
        Passkey(
            id=row.pk,
            key=salted_hmac("citizen.account.passkey", str(row.pk), algorithm="sha256").hexdigest()[
                :20
            ],
            name=row.wrap().name or _("Passkey"),
            added_at=row.created_at,
            used_at=row.last_used_at,
        )
        for row in rows.order_by("created_at", "pk")
    ]


def passkey_get(*, user: User, key: str) -> Passkey:
    """Return one passkey of an account. Raises ``PasskeyNotFound``."""
    found = next((one for one in passkeys_of(user=user) if one.key == key), None)
    return found_or_refuse(found, PasskeyNotFound(key))


def open_sessions(*, user: User, here: UUID | None) -> list[OpenSession]:
    """Return the account's open sessions: this device first, then sorted by the last use."""
    found = citizen_sessions_of(user_id=user.pk, here=here)
    found.sort(key=lambda one: not one.is_here)
    return [OpenSession(session=one, name=_device_name(one)) for one in found]


def _device_name(citizen_session: SessionDetail) -> str:
    if citizen_session.browser and citizen_session.system:
        return _("%(browser)s on %(system)s") % {
            "browser": citizen_session.browser,
            "system": citizen_session.system,
        }
    return citizen_session.browser or citizen_session.system or _("A device that we do not know")


def account_copy(*, user: User) -> dict[str, object]:
    """Return the data of an account, with up to 1,000 requests, for a file to download.

    Raises ``AgencyUpdating``.
    """
    cases = owned_cases_whole(user_id=user.pk, most=MAX_COPIED)
    return {
        "made_at": clock.now(),
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "created_at": user.created_at,
            "last_login": user.last_login,
            "passkeys": [
                {"name": one.name, "added_at": one.added_at, "used_at": one.used_at}
                for one in passkeys_of(user=user)
            ],
            "visits": [
                {
                    "device": one.name,
                    "began_at": one.session.began_at,
                    "seen_at": one.session.seen_at,
                }
                for one in open_sessions(user=user, here=None)
            ],
        },
        "complaints": [asdict(case) for case in cases],
    }


def _event_label(told: CaseSummary) -> str:
    is_direction = told.is_directed and told.last_event == EventKind.INADMISSIBLE
    return str(DIRECTED_LABEL if is_direction else CITIZEN_EVENT_LABELS[told.last_event])


def _words(case: OwnedCase, language: str) -> str:
    """Return a sentence about the officer who wrote the text of a part; "" if ``case`` is none."""
    if not case.is_part:
        return ""
    if case.cut_by is None:
        return _("An officer wrote this subject and this text, not you.")
    return _("An officer of %(agency)s wrote this subject and this text, not you.") % {
        "agency": case.cut_by.name(language)
    }


def _listed(case: OwnedCase, names: Mapping[str, Wording], language: str) -> ListedComplaint:
    told = case.summary
    administration = case.agency.name(language)
    if told is None:
        return ListedComplaint(reference=case.reference, administration=administration)
    name = names.get(told.organisation_code)
    return ListedComplaint(
        reference=case.reference,
        administration=administration,
        organisation=name.text(language) if name else told.organisation_code,
        kind=told.kind,
        status=told.status,
        subject=told.subject,
        state_text=status_line(case=told, parts=case.parts),
        parts=parts_sentence(case.parts) if case.parts else "",
        words=_words(case, language),
        last_event=_event_label(told),
        last_at=told.last_at,
        due_on=told.due_on,
        is_ended=told.status not in OPEN,
    )
