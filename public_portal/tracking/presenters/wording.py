"""Texts of both forms of the dossier, for a reader who is neither citizen nor agency."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.tracking.types import CaseAgencies, TrackingPage
from public_portal.tracking.workflow import hand
from shared.complaints.enums import Author, MessageKind
from shared.complaints.types import PublicAttachment, PublicMessage, TimelineEntry
from shared.kernel.actors import ActorKind
from tenants.agencies.types import AgencyInfo

# "Reply" is also the text of a button, and a verb in other languages.
KINDS: Mapping[MessageKind, Promise] = {
    MessageKind.MESSAGE: gettext_lazy("Message"),
    MessageKind.QUESTION: gettext_lazy("Question of the administration"),
    MessageKind.REPLY: gettext_lazy("Answer to the request"),
    MessageKind.REFUSAL: gettext_lazy("Refusal of the request"),
    MessageKind.INTERIM: gettext_lazy("Interim reply"),
}
DIRECTION = gettext_lazy("Direction to the competent body")
BY_EMAIL = gettext_lazy(
    "the sender gave only the reference with the e-mail address, or a receipt code that an "
    "officer had printed"
)
# For a message whose writer the national record does not confirm.
UNPROVED = gettext_lazy("the national record does not confirm who wrote this")


def legal_basis() -> list[tuple[str, str]]:
    """Return the name and content of each law on which the request and its next step rest."""
    return [
        (
            _("Decree 2.17.265 of 23 June 2017"),
            _(
                "An answer with its reasons is due within 60 days, the day of filing not counted; "
                "a request is directed to the competent body within 15 days; a refusal gives its "
                "legal ground. Using the portal does not bar the way to the Mediator (article 1)."
            ),
        ),
        (
            _("Article 162 of the Constitution"),
            _("The Mediator is an independent national institution."),
        ),
        (
            _("Law 14.16"),
            _(
                "The Institution of the Mediator of the Kingdom looks into grievances against the "
                "administration."
            ),
        ),
    ]


def message_label(message: PublicMessage) -> str:
    """Return the purpose of a message, in one line."""
    return str(DIRECTION if message.is_direction else KINDS[message.kind])


def dossier_hand(entry: TimelineEntry, *, agencies: CaseAgencies, language: str) -> str:
    """Return who did an act, for a reader who is neither citizen nor agency."""
    if entry.by == ActorKind.CITIZEN:
        return str(Author.CITIZEN.label)
    return hand(entry, agencies=agencies, language=language)


def file_agency(space: TrackingPage, file: PublicAttachment) -> AgencyInfo:
    """Return the administration that sent a file, by the message with which it came."""
    messages = (one for one in space.conversation if one.message.id == file.message_id)
    return next((one.agency for one in messages), space.agency)
