"""One row in each table of what officers keep beside a case, with a word to be found again."""

from dataclasses import replace
from datetime import timedelta

from agency_console.bulk_actions.enums import BulkActionKind, BulkState
from agency_console.bulk_actions.models import BulkAction
from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.inbox.models import SavedView
from agency_console.reply_templates.enums import TemplateAct
from agency_console.reply_templates.models import ReplyTemplate
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.enums import Outcome
from shared.complaints.selectors import complaint_get
from shared.complaints.types.escalation import NATIONAL_CHAIN
from shared.kernel import clock
from shared.kernel.actors import SYSTEM
from shared.kernel.identifiers import uuid7
from shared.notifications.enums import Delivery, NoticeKind
from shared.notifications.services import deliveries_change
from shared.routing.enums import Occasion, Target
from shared.routing.models import RoutingRule
from shared.units.models import Absence, Unit, UnitMember
from tests.support.factories import officer_actor


def officer_work(*, reference: str, officer: User, word: str) -> None:
    """Everything that an officer may keep about a case of the schema where the code runs."""
    case = complaint_get(reference=reference)
    now, today = clock.now(), clock.today()
    unit = Unit.objects.create(name_ar=word, name_fr=word)
    UnitMember.objects.create(unit=unit, user=officer)
    RoutingRule.objects.create(
        id=uuid7(),
        position=1,
        name=word,
        occasions=[Occasion.FILED],
        words=[word],
        target=Target.OFFICER,
        unit=unit,
        officer=officer,
    )
    Absence.objects.create(user=officer, first_day=today, last_day=today, ended_at=now)
    deliveries_change(user=officer, chosen={NoticeKind.LATE: Delivery.NONE}, actor=SYSTEM)
    sooner = replace(NATIONAL_CHAIN[-1], days=14)
    services.escalation_chain_change(steps=[sooner], actor=SYSTEM)
    label = services.label_create(name=word)
    services.case_label(reference=reference, add=[label.pk], actor=officer_actor(officer))
    services.case_opened(complaint=case, user=officer)
    services.case_snooze(complaint=case, user=officer, until=today + timedelta(days=1))
    services.writing_note(complaint_id=case.pk, user=officer, act="reply")
    CaseDraft.objects.create(
        id=uuid7(),
        complaint_id=case.pk,
        officer=officer,
        act=DraftAct.REPLY,
        parts={"outcome": Outcome.UPHELD, "facts": word, "rule": word, "decision": word},
        version=case.version,
        saved_at=now,
    )
    SavedView.objects.create(name=word, owner=officer, query="view=mine")
    ReplyTemplate.objects.create(
        name=word,
        act=TemplateAct.MESSAGE,
        language="fr",
        body=word,
        changed_at=now,
        changed_by=officer,
    )
    BulkAction.objects.create(
        id=uuid7(),
        officer=officer,
        kind=BulkActionKind.LABEL,
        arguments={"add": [label.pk], "remove": [], "word": word},
        case_ids=[case.pk],
        case_versions=[case.version],
        state=BulkState.DONE,
        created_at=now,
        changed_at=now,
    )
