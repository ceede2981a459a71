"""The citizen does not agree that a part was cut out of the request: it goes back to the whole."""

from datetime import date, timedelta

from django.db import transaction

from shared.complaints import selectors as cases, services
from shared.complaints.enums import OPEN
from shared.complaints.types.custody import OBJECTION_DAYS
from shared.kernel import clock
from shared.kernel.actors import CITIZEN
from shared.rows.selectors import first_or_refuse
from tenants.case_access.services.printed_codes import printed_code_used
from tenants.case_access.services.tokens import proof_find
from tenants.custody.errors import NotAPart, ObjectionTermPassed, PartAnswered
from tenants.custody.services.moves import case_hand_over, move_settle, route_locked
from tenants.custody.services.offers import offer_end
from tenants.isolation.schema_switch import agency_context
from tenants.models import CaseSplit, Route
from tenants.models.enums import PrintedCodeUse


def part_object(*, token: str) -> None:
    """Give the opened part back to the whole request, within seven days of its making.

    Whoever holds the part loses it, whoever holds the whole answers both; what was written
    meanwhile stays readable under the reference of the part. It delays no answer: one that was
    sent stands. Raises ``TokenNotFound``, ``ProofRequired``, ``NotAPart``, ``ObjectionTermPassed``,
    ``PartAnswered``, ``ReviewWaits`` or ``ReceiverClosed``.
    """
    found = proof_find(token)
    reference = found.route_id
    whole = _whole_of(reference)
    # Before the transaction: in a cluster it may enter one agency alone.
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
            paths = case_hand_over(
                route=route,
                to=whole.agency,
                organisation_code=organisation_code,
                actor=CITIZEN,
                is_decided=True,
            )
        CaseSplit.objects.filter(pk=reference).update(objected_at=clock.now())
        printed_code_used(found, PrintedCodeUse.OBJECTION)
    move_settle(reference=reference, paths=paths)


def _whole_of(reference: str) -> Route:
    """Where the request is out of which the part was cut. Raises ``NotAPart``."""
    row = first_or_refuse(CaseSplit.objects.filter(pk=reference), NotAPart(reference))
    if row.objected_at is not None or _last_day(row) < clock.today():
        raise ObjectionTermPassed(reference)
    whole = row.whole_reference or row.main_reference
    return Route.objects.select_related("agency").get(pk=whole)


def _last_day(row: CaseSplit) -> date:
    return clock.civil_day(row.split_at) + timedelta(days=OBJECTION_DAYS)


def _require_open(route: Route) -> None:
    """Raises ``PartAnswered`` once there is a reply: re-opening is the way then."""
    with agency_context(route.agency):
        part = cases.complaint_get(reference=route.reference)
        if part.status not in OPEN or part.answered_at is not None:
            raise PartAnswered(route.reference)


def _offers_end(route: Route) -> None:
    """End what is asked of others about the part, and about what was cut out of it in turn."""
    offer_end(reference=route.reference)
    with agency_context(route.agency):
        inner = services.parts_out(cases.complaint_get(reference=route.reference))
    for reference in inner:
        offer_end(reference=reference)
        with agency_context(route.agency):
            services.part_objected(
                reference=reference, whole_reference=route.reference, actor=CITIZEN
            )
