"""Made-up data for tests: real services, plain words."""

from copy import copy

from shared.accounts.enums import Role
from shared.accounts.models import User
from shared.accounts.services.users import user_create
from shared.complaints.enums import Channel, Consent, Kind, Language, Outcome, Privacy
from shared.complaints.types import ComplaintDraft, PartyDraft, ReplyDraft
from shared.complaints.types.request_draft import Assistance
from shared.directory.models import Organisation
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from shared.knowledge_base.models import Article
from shared.knowledge_base.services.article_file import article_load
from tenants.case_access import gateway
from tenants.case_access.services import email_proofs
from tenants.case_access.types import Receipt
from tenants.isolation.schema_switch import agency_context, national_context
from tenants.models import Agency, Route

PASSWORD = "a long enough passphrase"
BODY = "The street lamp before number twelve has been out since March and children fall."
REPLY = ReplyDraft(
    outcome=Outcome.UPHELD,
    facts="The lamp has been out since March.",
    rule="Communal charter, article 83.",
    decision="It is repaired.",
)

_ARTICLES: list[Article] = []


def articles_loaded() -> None:
    """Every article of the files, as ``article_load`` leaves them; worked out once a process."""
    if _ARTICLES:
        Article.objects.bulk_create(copy(article) for article in _ARTICLES)
        return
    article_load(actor=SYSTEM)
    for article in Article.objects.order_by("id"):
        article.pk, article._state.adding = None, True
        _ARTICLES.append(article)


def organisation_of(agency: Agency) -> Organisation:
    """An organisation of the directory that this agency handles itself."""
    row, _made = Organisation.objects.get_or_create(
        code=agency.code,
        defaults={
            "kind": "institution",
            "name_ar": agency.name_ar,
            "name_fr": agency.name_fr,
            "name_en": agency.name_en,
            "agency_code": agency.code,
        },
    )
    return row


def draft(agency: Agency, **changes: object) -> ComplaintDraft:
    """A complaint to an agency's organisation."""
    values: dict[str, object] = {
        "organisation_code": organisation_of(agency).code,
        "kind": Kind.COMPLAINT,
        "subject": "Street lamp out",
        "body": BODY,
        "remedy": "Repair it.",
        "language": Language.FRENCH,
        "privacy": Privacy.NAMED,
        "party": PartyDraft(name="Test Person", email="person@example.org"),
    }
    return ComplaintDraft(**{**values, **changes})  # type: ignore[arg-type]


def filed(agency: Agency, **changes: object) -> Receipt:
    """A complaint that was really filed by somebody whose mailbox has answered."""
    return gateway.complaint_file(
        draft=draft(agency, **changes), actor=CITIZEN, is_email_proved=True
    )


def staff(agency: Agency, role: Role = Role.AGENT, email: str = "") -> User:
    """A person who can sign in at an agency with ``PASSWORD``."""
    with agency_context(agency):
        return user_create(
            email=email or f"{role}@{agency.code}.example",
            name=f"{role} of {agency.code}",
            role=role,
            password=PASSWORD,
            actor=SYSTEM,
        )


def filed_at_counter(agency: Agency, *, email: str = "person@example.org") -> Receipt:
    """A request that an officer files for a person; both of them have seen its receipt code."""
    officer = staff(agency, email=f"counter{Route.objects.count()}@{agency.code}.example")
    content = draft(
        agency,
        party=PartyDraft(name="Test Person", email=email, phone="+212612345678"),
        channel=Channel.COUNTER,
        assistance=Assistance(officer_id=officer.pk, consent=Consent.SPOKEN),
    )
    return gateway.complaint_file(draft=content, actor=officer_actor(officer))


def officer_actor(user: User) -> Actor:
    """The hand of an officer."""
    return Actor(kind=ActorKind.OFFICER, label=user.name, user_id=user.pk)


def mailbox_answered(*references: str) -> None:
    """The mailbox of these requests has acted since their filing: a link of a letter was used."""
    with national_context():
        for route in Route.objects.filter(reference__in=references):
            email_proofs.mailbox_answered(route=route)


def filed_and_proved(agency: Agency, **changes: object) -> Receipt:
    """The same as ``filed``, by somebody who has opened it by a link of a letter since."""
    receipt = filed(agency, **changes)
    mailbox_answered(receipt.reference)
    return receipt
