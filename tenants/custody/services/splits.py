"""Splits of a request that concerns several bodies: each part is offered to its competent body.

A part is given back to the whole request if the citizen objects or the agency takes it back.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction

from shared.complaints import selectors as cases, services
from shared.complaints.enums import OPEN, Privacy
from shared.complaints.errors import AttachmentMissing, InvalidDraft, TransitionNotAllowed
from shared.complaints.types import ComplaintDraft, PartyDraft, StoredFile
from shared.complaints.types.custody import OBJECTION_DAYS, PartDraft
from shared.files.upload_storage import file_read, file_stored
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, Actor
from shared.kernel.identifiers import uuid7
from shared.rows.selectors import first_or_refuse
from tenants.case_access.services.email_proofs import mailbox_inherited
from tenants.case_access.services.party_encryption import encrypted_party_row, identity_of
from tenants.case_access.services.printed_codes import printed_code_used
from tenants.case_access.services.routes import route_row
from tenants.case_access.services.same_person import is_named_as_filed
from tenants.case_access.services.tokens import proof_find
from tenants.custody.errors import (
    ArbitrationWaits,
    NotAPart,
    ObjectionTermPassed,
    PartAnswered,
    TooManyParts,
)
from tenants.custody.selectors import arbitration_row
from tenants.custody.services.moves import case_transfer, move_settle, route_locked
from tenants.custody.services.offers import (
    offer_end,
    offer_make,
    offer_withdraw,
    reference_keep_out,
)
from tenants.custody.types import OfferDraft, OfferedTo
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import (
    Agency,
    CaseSplit,
    EncryptedParty,
    OwnedRoute,
    Route,
    TransferOffer,
)
from tenants.models.enums import OfferState, PrintedCodeUse

MAX_PARTS = 10
MIN_TEXT = 20


def case_split(
    *,
    agency: Agency,
    reference: str,
    part: PartDraft,
    offer: OfferDraft,
    actor: Actor,
    version: int | None = None,
) -> tuple[str, OfferedTo]:
    """Cut a part out of a case and offer it to the agency that answers for a body.

    If the offer fails, nothing is cut out. The part has a new reference, and the person, the day
    of filing and the privacy of the whole request. Until the other agency accepts, this
    agency must answer the part. Returns the part's reference and the result of the offer. Raises
    ``TransitionNotAllowed``, ``StaleCase``, ``TooManyParts``, ``InvalidDraft``,
    ``ReferenceInNote``, ``StorageFull``, ``AttachmentMissing``, ``PartOfWhole`` and what
    ``offer_make`` raises.
    """
    if len(part.body.strip()) < MIN_TEXT:
        raise InvalidDraft(field="body")
    reference_keep_out(offer.note, reference=reference)
    with national_context():
        with agency_context(agency):
            source = cases.carried_draft(reference=reference)
        with _copied(source.files, part, agency) as files, transaction.atomic():
            with route_locked(reference, holder=agency) as route:
                made = _part_register(route, source, part, files, actor, version)
            offered = offer_make(agency=agency, reference=made, draft=offer, actor=actor)
    return made, offered


def part_take_back(
    *, agency: Agency, reference: str, actor: Actor, version: int | None = None
) -> None:
    """Give a part that was not transferred back to the whole request, whose reply then covers it.

    An open offer of the part is withdrawn. Raises ``TransitionNotAllowed``, also if the whole
    request has ended, ``ArbitrationWaits``, ``ReviewWaits`` or ``StaleCase``.
    """
    with national_context(), transaction.atomic(), route_locked(reference, holder=agency):
        arbitration = arbitration_row(reference)
        if arbitration is not None and arbitration.decided_at is None:
            raise ArbitrationWaits(reference)
        offer = TransferOffer.objects.filter(reference=reference, state=OfferState.OFFERED).first()
        if offer is not None:
            offer_withdraw(agency=agency, offer_id=offer.pk, actor=actor)
            with agency_context(agency):
                if not cases.complaint_get(reference=reference).is_given_back:
                    raise TransitionNotAllowed(reference)
            return
        with agency_context(agency):
            services.part_give_back(reference=reference, actor=actor, version=version)


def part_object(*, token: str) -> None:
    """Give a token's part back to the whole request; the citizen may object within seven days.

    The agency that has the whole gets the part and answers both; texts written meanwhile remain
    under the part's reference. A part that has a reply is not given back. Raises ``TokenNotFound``,
    ``ProofRequired``, ``NotAPart``, ``ObjectionTermPassed``, ``PartAnswered``, ``ReviewWaits`` or
    ``ReceiverClosed``.
    """
    found = proof_find(token)
    reference = found.route_id
    whole = _whole_of(reference)
    # This query is outside the transaction, which in a cluster may enter only one agency.
    with agency_context(whole.agency):
        organisation_code = cases.filed_get(reference=whole.reference).organisation_code
    paths: tuple[str, ...] = ()
    with transaction.atomic(), route_locked(reference) as route:
        _require_open(route)
        _offers_end(route)
        if route.agency_id == whole.agency_id:
            with agency_context(route.agency):
                services.part_objected(
                    reference=reference, whole_reference=whole.reference, actor=CITIZEN
                )
        else:
            paths = case_transfer(
                route=route,
                to=whole.agency,
                organisation_code=organisation_code,
                actor=CITIZEN,
                is_decided=True,
            )
        CaseSplit.objects.filter(pk=reference).update(objected_at=clock.now())
        printed_code_used(found, PrintedCodeUse.OBJECTION)
    move_settle(reference=reference, paths=paths)


def _part_register(
    route: Route,
    source: ComplaintDraft,
    part: PartDraft,
    files: tuple[StoredFile, ...],
    actor: Actor,
    version: int | None,
) -> str:
    """Store a part with its route, split record and account rows; return the part's reference."""
    main = _main_reference(route.reference)
    if CaseSplit.objects.filter(main_reference=main).count() >= MAX_PARTS:
        raise TooManyParts(route.reference)
    party = source.party
    if source.privacy == Privacy.CONFIDENTIAL:
        party = PartyDraft(kind=party.kind, **asdict(identity_of(reference=route.reference)))
    leads = _route_of_part(route, source, party)
    beside: list[Route | EncryptedParty] = [leads]
    if source.privacy == Privacy.CONFIDENTIAL:
        beside.append(encrypted_party_row(reference=leads.reference, party=party))
    draft = replace(
        source, subject=part.subject, body=part.body, remedy="", party=party, files=files
    )
    with agency_context(route.agency):
        filed = services.part_store(
            reference=route.reference,
            part_reference=leads.reference,
            draft=draft,
            agency_code=route.agency.code,
            actor=actor,
            version=version,
            beside=beside,
        )
    # The deadlines of a part of a re-opened request run from the re-opening, so the route of the
    # part gets that day.
    Route.objects.filter(pk=leads.reference).update(created_at=filed.received_at)
    _split_record(route, leads.reference, main)
    mailbox_inherited(whole=route, part=leads, email=party.email)
    _keep_in_accounts(route.reference, leads.reference)
    return leads.reference


def _split_record(route: Route, part_reference: str, main_reference: str) -> None:
    CaseSplit.objects.create(
        part_reference=part_reference,
        main_reference=main_reference,
        whole_reference=route.reference,
        cut_by_code=route.agency.code,
        split_at=clock.now(),
    )


def _route_of_part(route: Route, source: ComplaintDraft, party: PartyDraft) -> Route:
    return route_row(
        agency=route.agency,
        email="" if source.privacy == Privacy.ANONYMOUS else party.email,
        is_email_proved=route.is_email_proved,
        name=party.name if is_named_as_filed(route=route, party=party) else "",
        filed_at=route.created_at,
        printed_code=route.printed_code,
    )


def _main_reference(reference: str) -> str:
    """Return the reference of a part's main request; ``reference`` itself if not a part."""
    row = CaseSplit.objects.filter(pk=reference).first()
    return row.main_reference if row else reference


def _keep_in_accounts(reference: str, part_reference: str) -> None:
    """Add a part to every account with the whole request, with the same proof as for the whole."""
    OwnedRoute.objects.bulk_create(
        OwnedRoute(
            user_id=row.user_id,
            route_id=part_reference,
            linked_at=clock.now(),
            is_by_email=row.is_by_email,
            is_by_printed_code=row.is_by_printed_code,
        )
        for row in OwnedRoute.objects.filter(route_id=reference)
    )


@contextmanager
def _copied(
    files: Sequence[StoredFile], part: PartDraft, agency: Agency
) -> Iterator[tuple[StoredFile, ...]]:
    """Store copies of the files chosen for a part; delete the copies if the block fails.

    The files are copied because the part may be transferred. Raises ``StorageFull`` or
    ``AttachmentMissing``.
    """
    with ExitStack() as stack:
        yield tuple(
            replace(one, id=uuid7(), path=stack.enter_context(_copy(one, agency.schema_name)))
            for one in files
            if one.id in part.file_ids
        )


def _copy(file: StoredFile, owner: str) -> AbstractContextManager[str]:
    try:
        return file_stored(file_read(file.path, owner=owner), owner=owner)
    except FileNotFoundError:
        raise AttachmentMissing(str(file.id)) from None


def _whole_of(reference: str) -> Route:
    """Return the route of a part's whole request, if the citizen may still object to the split.

    Raises ``NotAPart`` or ``ObjectionTermPassed``.
    """
    row = first_or_refuse(CaseSplit.objects.filter(pk=reference), NotAPart(reference))
    last_day = clock.civil_day(row.split_at) + timedelta(days=OBJECTION_DAYS)
    if row.objected_at is not None or last_day < clock.today():
        raise ObjectionTermPassed(reference)
    whole = row.whole_reference or row.main_reference
    return Route.objects.select_related("agency").get(pk=whole)


def _require_open(route: Route) -> None:
    """Require that a part has no reply and has not ended. Raises ``PartAnswered``."""
    with agency_context(route.agency):
        part = cases.complaint_get(reference=route.reference)
        if part.status not in OPEN or part.answered_at is not None:
            raise PartAnswered(route.reference)


def _offers_end(route: Route) -> None:
    """End the open offers of a part and of the parts cut out of it, and give those parts back."""
    offer_end(reference=route.reference)
    with agency_context(route.agency):
        inner = services.parts_out(cases.complaint_get(reference=route.reference))
    for reference in inner:
        offer_end(reference=reference)
        with agency_context(route.agency):
            services.part_objected(
                reference=reference, whole_reference=route.reference, actor=CITIZEN
            )
