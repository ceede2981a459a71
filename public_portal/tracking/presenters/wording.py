"""Words that both forms of the dossier use, for a reader who is neither side."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from public_portal.tracking.workflow import hand_of
from shared.complaints.enums import Author, EventKind, MessageKind
from shared.complaints.types import PublicMessage
from shared.kernel.actors import ActorKind

# "Reply" is what a button says, too, and a verb in other languages.
KINDS: Mapping[MessageKind, Promise] = {
    MessageKind.MESSAGE: gettext_lazy("Message"),
    MessageKind.QUESTION: gettext_lazy("Question of the administration"),
    MessageKind.REPLY: gettext_lazy("Answer to the request"),
    MessageKind.REFUSAL: gettext_lazy("Refusal of the request"),
}
DIRECTION = gettext_lazy("Direction to the competent body")
BY_EMAIL = gettext_lazy(
    "the sender gave only the reference and the e-mail address, not the receipt code"
)


def legal_basis() -> list[tuple[str, str]]:
    """The texts on which the request and its next step rest: name, and what each says."""
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
    """What a message is for, in one line."""
    return str(DIRECTION if message.is_direction else KINDS[message.kind])


def hand(*, by: str, event: EventKind, agency: str) -> str:
    """Whose hand an event was, for a reader who is neither side."""
    if by == ActorKind.CITIZEN:
        return str(Author.CITIZEN.label)
    return hand_of(by=by, event=event, agency=agency)
