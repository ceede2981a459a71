"""Two requests of one person; the second request is merged into the first."""

from typing import TYPE_CHECKING

from demo.runner import RunState
from shared.complaints import services
from shared.complaints.enums import Kind, Language, PartyKind, Privacy, Status
from shared.complaints.selectors import complaint_get
from shared.complaints.types import ComplaintDraft, PartyDraft
from shared.kernel.actors import CITIZEN, Actor
from tenants.case_access.gateway import complaint_file
from tenants.case_access.services.email_proofs import mailbox_answered
from tenants.isolation.schema_switch import national_context
from tenants.models import Route

if TYPE_CHECKING:
    # Complaint models are private to their package, so only the type checker imports a model here.
    from shared.complaints.models import Complaint

AGAIN = {
    Language.ARABIC: "أكتب مرة أخرى في نفس الموضوع، فأنا لم أتوصل بأي جواب بعد.",
    Language.FRENCH: "J'écris de nouveau au même sujet, car je n'ai pas encore reçu de réponse.",
    Language.ENGLISH: "I write again about the same matter, for I have had no reply yet.",
}


def merged_pair_make(state: RunState, *, actor: Actor) -> None:
    """File a second request of a person and merge the second case into the first case.

    Runs in the agency's schema. Does nothing if no open complaint has a name and an e-mail address.
    """
    for reference in reversed(list(state.references.values())):
        case = complaint_get(reference=reference)
        is_known = case.privacy == Privacy.NAMED and case.party.email
        if is_known and case.status in (Status.RECEIVED, Status.IN_PROGRESS) and case.due_on:
            break
    else:
        return
    draft = _again(case)
    again = complaint_file(draft=draft, actor=CITIZEN, is_email_proved=True).reference
    with national_context():
        for route in Route.objects.filter(reference__in=(reference, again)):
            mailbox_answered(route=route)
    services.case_merge(reference=again, into=reference, actor=actor)


def _again(case: "Complaint") -> ComplaintDraft:
    """Return the content of a second request about the same matter as ``case``."""
    party = case.party
    return ComplaintDraft(
        organisation_code=case.organisation_code,
        kind=Kind(case.kind),
        category_code=case.category_code,
        subject=case.subject,
        body=AGAIN[Language(case.language)],
        language=Language(case.language),
        privacy=Privacy.NAMED,
        party=PartyDraft(
            name=party.name, email=party.email, phone=party.phone, kind=PartyKind(party.kind)
        ),
    )
