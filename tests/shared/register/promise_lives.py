"""Three requests of an agency whose replies name a day: kept, broken, and nothing said."""

from dataclasses import replace
from datetime import UTC, date, datetime

from shared.complaints import services
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM
from shared.register.services import register_project
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import REPLY, filed, staff

ANSWERED = datetime(2026, 3, 10, 10, tzinfo=UTC)
EVENING = datetime(2026, 3, 20, 19, tzinfo=UTC)
PROMISE = replace(REPLY, remedy="It is replaced by the workshop.", promised_on=date(2026, 3, 20))


def live(agency: Agency) -> list[str]:
    """File, answer, ask and say; the register knows it all. The three references."""
    officer = staff(agency)
    with clock.travel(ANSWERED):
        references = [filed(agency).reference for _ in range(3)]
        with agency_context(agency):
            for one in references:
                services.complaint_reply(
                    reference=one, draft=PROMISE, officer=officer, actor=SYSTEM
                )
    with clock.travel(EVENING), agency_context(agency):
        services.expired_deadlines_apply(actor=SYSTEM)
        services.promise_report(reference=references[0], kept=True, actor=CITIZEN)
        services.promise_report(reference=references[1], kept=False, actor=CITIZEN)
        services.complaint_reopen(reference=references[1], body="Still dark.", actor=CITIZEN)
    register_project(limit=1000)
    return references
