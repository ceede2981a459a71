"""Services that store, file and refuse held requests.

A held request waits in the public schema until its agency's database server answers. The day of
filing is the day on which the citizen pressed "send" (decision 38).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import override

from public_portal.intake.errors import AnswersChanged, FilesChanged, RequestIsHeld
from public_portal.intake.models import Draft, HeldDraft
from public_portal.intake.selectors.drafts import (
    answers_of,
    form_draft_files,
    held_of,
    held_rows,
    held_token,
)
from public_portal.intake.services.complaints import complaint_file
from public_portal.intake.services.drafts import (
    DRAFT_LIFE,
    answers_file,
    answers_fingerprint,
    answers_forget,
    page_key,
    row_renew,
)
from public_portal.intake.services.mail import refusal_letter_send
from public_portal.intake.types import HeldRequest, KeptDraft
from shared.accounts.errors import UserNotFound
from shared.accounts.selectors import user_get
from shared.complaints.enums import Privacy
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.kernel.errors import DomainError, TryLater
from shared.ui.links import portal_url
from tenants.agencies.selectors import recipient_agencies
from tenants.case_access.services.tokens import token_digest
from tenants.case_access.types import Receipt
from tenants.isolation.errors import AgencyUnreachable

# How long the link of a held request works after the request was filed or finally refused.
HELD_LIFE = timedelta(days=180)
# Limits of one run: a run must end within a minute, and one agency must not delay the others.
MAX_OF_AGENCY = 300
MAX_OF_RUN = 1_000

logger = logging.getLogger(__name__)


def answers_file_or_hold(
    *, kept: KeptDraft, owner_id: int | None, on_filed: Callable[[Receipt], None] | None = None
) -> Receipt | HeldRequest:
    """File the answers of a draft as a complaint, or hold the request if its agency is unreachable.

    Not atomic, because the held request is stored after the filing was rolled back. Raises
    ``AnswersChanged`` and the errors of ``answers_file``.
    """
    pressed_at = clock.now()
    try:
        return answers_file(kept=kept, owner_id=owner_id, on_filed=on_filed)
    except (RequestIsHeld, AgencyUnreachable):
        if (held := _hold(kept, owner_id, pressed_at)) is None:
            raise
        return held


@transaction.atomic
def _hold(kept: KeptDraft, owner_id: int | None, pressed_at: datetime) -> HeldRequest | None:
    """Store a held request, unless the request is already held or filed.

    The answers are not locked, because a filing that hangs may have locked them until the server
    answers again. Returns ``None`` if the answers were deleted meanwhile. Raises ``AnswersChanged``
    or ``FilesChanged`` if the stored answers or files are not those that were sent.
    """
    digest = token_digest(kept.token)
    token, row = held_token(digest), Draft.objects.filter(digest=digest).first()
    if row is None:
        return None
    is_anonymous = kept.answers.privacy == Privacy.ANONYMOUS
    noted = HeldDraft(
        digest=digest,
        link_digest=token_digest(token),
        organisation=kept.answers.organisation,
        pressed_at=pressed_at,
        fingerprint=answers_fingerprint(kept),
        is_anonymous=is_anonymous,
        # An account would identify the sender of an anonymous request.
        owner_id=None if is_anonymous else owner_id,
    )
    if row.reference:
        return replace(held_of(noted, row, token=token), is_repeat=True)
    # Another window may have changed the answers after this window showed them.
    if answers_of(row) != kept.answers:
        raise AnswersChanged
    if form_draft_files(digest=digest) != kept.files:
        raise FilesChanged
    defaults = {name: value for name, value in vars(noted).items() if not name.startswith("_")}
    held, is_new = HeldDraft.objects.get_or_create(digest=digest, defaults=defaults)
    if is_new:
        logger.warning("a request is held: its agency does not answer")
    return replace(held_of(held, row, token=token), is_repeat=not is_new)


@transaction.atomic
def held_take_back(*, token: str) -> str:
    """Make a held request a draft again, and return the new token of the draft.

    Returns "" if the request was filed meanwhile, is being filed, or does not exist.
    """
    held = held_rows().filter(link_digest=token_digest(token)).first()
    row = _locked(bytes(held.pk)) if held is not None else None
    if held is None or row is None or row.reference:
        return ""
    held.delete()
    row.expires_at = clock.now() + DRAFT_LIFE
    return row_renew(row)


def held_requests_file() -> int:
    """File the held requests of each agency, oldest first, and return how many were filed.

    An agency whose server still does not answer is tried once in each run. Not atomic: each request
    is filed in a separate transaction. A database error is raised only at the end, because one
    failing node must not stop the filing at other nodes.
    """
    filed = 0
    failed: Exception | None = None
    for organisations in _by_agency():
        rows = held_rows().filter(refusal="", organisation__in=organisations)
        # If the time of a server was ahead, ``pressed_at`` may be in the future.
        rows = rows.filter(pressed_at__lte=clock.now())
        oldest = rows.order_by("pressed_at").values_list("pk", flat=True)
        keys = [bytes(key) for key in oldest[: min(MAX_OF_AGENCY, MAX_OF_RUN - filed)]]
        try:
            for done in _filed_of(keys):
                filed += done
        except TryLater:
            continue
        except (OperationalError, InterfaceError) as error:
            failed = error
    if filed:
        logger.info("%d held requests were filed", filed)
    if failed is not None:
        raise failed
    return filed


def _by_agency() -> list[list[str]]:
    """Return the codes of the organisations of held requests, as one list for each agency.

    The list of the agency with the oldest held request comes first.
    """
    rows = held_rows().filter(refusal="").order_by().values("organisation")
    oldest = rows.annotate(oldest=Min("pressed_at")).order_by("oldest", "organisation")
    codes = [row["organisation"] for row in oldest]
    recipients = recipient_agencies(organisation_codes=codes)
    groups: dict[str, list[str]] = {}
    for code in codes:
        recipient = recipients.get(code)
        # Organisations without an agency form one group; filing their requests is then refused.
        groups.setdefault(recipient.agency.code if recipient else "", []).append(code)
    return list(groups.values())


def _filed_of(keys: Sequence[bytes]) -> Iterator[bool]:
    """File these held requests one by one; yield whether each was filed, or nothing on an error.

    Raises ``TryLater`` and errors of the database, because the next requests would fail as well.
    """
    for key in keys:
        try:
            yield _file(key)
        except TryLater:
            raise
        except DomainError as refusal:
            _refuse(key, refusal)
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # an unknown error must not stop the other requests
            logger.exception("a held request could not be filed; it is tried again")


@transaction.atomic
def _file(digest: bytes) -> bool:
    row, held = _locked(digest), held_rows().filter(refusal="", pk=digest).first()
    if row is None or held is None:
        return False
    now = clock.now()
    # If there is a reference, the citizen's own filing was stored although it seemed to fail.
    if not row.reference:
        _file_answers(row, held)
    Draft.objects.filter(pk=digest).update(expires_at=now + HELD_LIFE)
    HeldDraft.objects.filter(pk=digest).update(filed_at=now, fingerprint="", owner_id=None)
    return True


def _file_answers(row: Draft, held: HeldDraft) -> None:
    files, answers = form_draft_files(digest=bytes(row.pk)), answers_of(row)
    receipt = complaint_file(
        draft=replace(answers.to_draft(), files=files),
        details=answers.details,
        idempotency_key=page_key(held.fingerprint),
        actor=CITIZEN,
        owner_id=_living(held.owner_id),
        received_at=held.pressed_at,
    )
    answers_forget(digest=bytes(row.pk), reference=receipt.reference, files=files)


@transaction.atomic
def _refuse(digest: bytes, refusal: DomainError) -> None:
    """Record a final refusal, keep the answers, and mail a citizen who has given an address."""
    row, held = _locked(digest), held_rows().filter(refusal="", pk=digest).first()
    if row is None or held is None or row.reference:
        return
    logger.warning("a held request was refused: %s", refusal.code)
    HeldDraft.objects.filter(pk=digest).update(refusal=refusal.code)
    Draft.objects.filter(pk=digest).update(expires_at=clock.now() + HELD_LIFE)
    if row.email and not held.is_anonymous:
        with override(row.language):
            path = reverse("intake:start", urlconf=settings.PUBLIC_SCHEMA_URLCONF)
        refusal_letter_send(
            email=row.email,
            language=row.language,
            url=f"{portal_url()}{path}",
            pressed_at=held.pressed_at,
        )


def _locked(digest: bytes) -> Draft | None:
    """Lock and return the answers of a held request; ``None`` if they are locked or deleted.

    The lock may be of another worker, of the citizen, or of a filing that hangs.
    """
    return Draft.objects.select_for_update(skip_locked=True).filter(pk=digest).first()


def _living(owner_id: int | None) -> int | None:
    """Return this id if an account has it, or else ``None``."""
    try:
        return user_get(user_id=owner_id).pk if owner_id is not None else None
    except UserNotFound:
        return None
