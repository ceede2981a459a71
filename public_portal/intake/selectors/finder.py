"""Queries on the bodies that a request may be about, their agencies, and the categories."""

from django.utils.translation import gettext as _

from public_portal.intake.errors import CategoryUnknown, OrganisationUnknown
from public_portal.intake.types import Answers, FinderChoices, FinderQuestion, Offer
from shared.catalogue.enums import QuestionKind
from shared.catalogue.selectors import categories_for
from shared.catalogue.types import CategoryInfo, QuestionInfo
from shared.directory.enums import OrganisationKind
from shared.directory.errors import OrganisationNotFound, TopicNotFound
from shared.directory.selectors.organisation_tree import ORIENTATION
from shared.directory.selectors.organisations import (
    organisation_find,
    organisation_get,
    organisation_names,
)
from shared.directory.selectors.topic_search import finder_search, topic_bodies, topic_hit
from shared.directory.types import OrganisationHit, TopicHit
from shared.forms.fields import Choice
from shared.kernel.errors import InvalidInput, NotFound
from tenants.agencies.selectors import recipient_agencies, recipient_agency
from tenants.agencies.types import AgencyInfo, RecipientAgency

MAX_FOUND = 8


def finder_choices(*, question: FinderQuestion, chosen: str, language: str) -> FinderChoices:
    """Return the body chosen before, then the bodies and topics found, best match first."""
    try:
        topic = topic_hit(code=question.topic, language=language) if question.topic else None
    except TopicNotFound:
        topic = None
    asked = topic if topic is not None and topic.needs_place else None
    entries: list[TopicHit | OrganisationHit] = [*_chosen_hits(chosen, language)]
    if topic is not None:
        entries += _bodies_of(topic, question.place, language)
    elif question.words:
        found = finder_search(text=question.words, language=language, limit=MAX_FOUND).entries
        entries += found
        asked = next((one for one in found[:1] if isinstance(one, TopicHit)), None)
    return FinderChoices(offers=_offers(entries, language), asked=asked)


def _bodies_of(topic: TopicHit, place: str, language: str) -> list[OrganisationHit]:
    if topic.needs_place and not place:
        return []
    return topic_bodies(code=topic.code, place=place, language=language, limit=MAX_FOUND)


def _offers(entries: list[TopicHit | OrganisationHit], language: str) -> tuple[Offer, ...]:
    codes = [one.code for one in entries if isinstance(one, OrganisationHit)]
    recipients = recipient_agencies(organisation_codes=codes)
    offers: dict[tuple[type[Offer], str], Offer] = {}
    for one in entries:
        offer = (
            one
            if isinstance(one, TopicHit)
            else Choice(
                code=one.code,
                name=one.name,
                hint=_hint(one, recipients.get(one.code), language),
            )
        )
        offers.setdefault((type(offer), offer.code), offer)
    return tuple(offers.values())


def categories_of(*, organisation: str, kind: str) -> list[CategoryInfo]:
    """Return the categories of a body for a kind of request, in the catalogue's order.

    Raises ``OrganisationUnknown``.
    """
    try:
        body = organisation_get(code=organisation)
    except OrganisationNotFound:
        # ``OrganisationNotFound`` would show a missing page, and not an error beside the field.
        raise OrganisationUnknown(field="organisation") from None
    return categories_for(organisation_code=body.code, organisation_kind=body.kind, kind=kind)


def category_of(*, organisation: str, kind: str, code: str) -> CategoryInfo:
    """Return one category. Raises ``CategoryUnknown`` and ``OrganisationUnknown``."""
    for category in categories_of(organisation=organisation, kind=kind):
        if category.code == code:
            return category
    raise CategoryUnknown(field="category")


def questions_of(answers: Answers) -> tuple[QuestionInfo, ...]:
    """Return the chosen category's questions, except questions that a file answers."""
    return tuple(one for one in _asked(answers) if one.kind != QuestionKind.FILE)


def file_questions_of(answers: Answers) -> tuple[QuestionInfo, ...]:
    """Return the chosen category's questions that a file answers."""
    return tuple(one for one in _asked(answers) if one.kind == QuestionKind.FILE)


def _asked(answers: Answers) -> tuple[QuestionInfo, ...]:
    if not answers.category:
        return ()
    try:
        return category_of(
            organisation=answers.organisation, kind=answers.kind, code=answers.category
        ).questions
    except InvalidInput:
        return ()


def organisation_name(*, code: str, language: str) -> str:
    """Return the name of a body. Raises ``OrganisationNotFound``."""
    return organisation_get(code=code).name(language)


def recipient_name(*, organisation: str, language: str) -> str:
    """Return the name of the agency that receives requests about a body, or the body's name."""
    try:
        return recipient_of(organisation=organisation).agency.name(language)
    except (InvalidInput, NotFound):
        return organisation_names(codes=[organisation])[organisation].text(language)


def orientation_agency() -> AgencyInfo | None:
    """Return the agency that is the orientation desk, or ``None``."""
    try:
        return recipient_of(organisation=ORIENTATION).agency
    except (InvalidInput, NotFound):
        return None


def recipient_of(*, organisation: str) -> RecipientAgency:
    """Return the agency that receives requests about an organisation.

    Raises ``OrganisationUnknown``, ``OrganisationNotServed`` or ``NoAgencyForOrganisation``.
    """
    try:
        return recipient_agency(organisation_code=organisation)
    except OrganisationNotFound:
        raise OrganisationUnknown(field="organisation") from None


def _chosen_hits(code: str, language: str) -> list[OrganisationHit]:
    body = organisation_find(code=code)
    return (
        [
            OrganisationHit(
                code=body.code,
                kind=body.kind,
                kind_label=str(OrganisationKind(body.kind).label),
                name=body.name(language),
                names=body.names,
                parent_name=body.parent_names.text(language) if body.parent_names else "",
                handles=body.handles.text(language),
                accepts=body.accepts,
                refusal=body.refusal.text(language),
                score=1.0,
            )
        ]
        if body
        else []
    )


def _hint(hit: OrganisationHit, recipient: RecipientAgency | None, language: str) -> str:
    place = " – ".join(part for part in (hit.kind_label, hit.parent_name) if part)
    if not hit.accepts:
        return f"{place}. {hit.refusal}"
    if recipient is None:
        return _("%(place)s. No administration answers for it on the portal yet.") % {
            "place": place
        }
    words = {"place": place, "agency": recipient.agency.name(language)}
    if recipient.is_orientation:
        return (
            _(
                "%(place)s. It does not answer on the portal yet: your request goes to "
                "%(agency)s, which tells you within 15 days where to turn."
            )
            % words
        )
    return _("%(place)s. Answered by: %(agency)s") % words
