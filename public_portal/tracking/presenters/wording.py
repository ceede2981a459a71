"""Texts of the dossier (PDF and JSON) for a reader who is neither citizen nor agency."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.tracking.types import CaseAgencies, TrackingPage
from public_portal.tracking.workflow import hand
from shared.complaints.enums import Author, MessageKind
from shared.complaints.types import PublicAttachment, PublicMessage, TimelineEntry
from shared.kernel.actors import ActorKind
from tenants.agencies.types import AgencyInfo

# The label is not "Reply", because that word is also the text of a button, where it is a verb.
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
# Shown beside a message if the national record does not confirm who wrote the message.
UNPROVED = gettext_lazy("the national record does not confirm who wrote this")


def legal_basis() -> list[tuple[str, str]]:
    """Return the laws on complaints and on the Mediator, as pairs of name and content."""
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
    """Return the label of the kind of a message."""
    return str(DIRECTION if message.is_direction else KINDS[message.kind])


def dossier_hand(entry: TimelineEntry, *, agencies: CaseAgencies, language: str) -> str:
    """Return in words who did an act, for a reader who is neither citizen nor agency."""
    if entry.by == ActorKind.CITIZEN:
        return str(Author.CITIZEN.label)
    return hand(entry, agencies=agencies, language=language)


def file_agency(space: TrackingPage, file: PublicAttachment) -> AgencyInfo:
    """Return the administration of the message with which a file came, or else the holder."""
    messages = (one for one in space.conversation if one.message.id == file.message_id)
    return next((one.agency for one in messages), space.agency)
