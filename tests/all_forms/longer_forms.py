"""Every form in which somebody writes more than a line, and how its page is opened."""

from collections.abc import Callable
from dataclasses import dataclass, field as data_field
from typing import cast

from django import forms
from django.http import HttpResponse
from django.test import Client

from agency_console.assisted_filing.forms import RequestForm
from agency_console.casework.forms.decisions import InterimForm, RefusalForm, ReplyForm
from agency_console.casework.forms.direction import DirectionForm
from agency_console.casework.forms.texts import MessageForm, NoteForm, QuestionForm, ReturnForm
from agency_console.casework.models import CaseDraft
from agency_console.reply_templates.forms import TemplateForm
from agency_console.routing.forms import RuleForm
from agency_console.transfers.forms import OfferForm, RefuseOfferForm, SplitForm
from agency_console.units.forms import AddForm as AddUnitForm, CaseMoveForm, UnitForm
from demo.forms import GalleryForm
from public_portal.intake.forms.request import StoryForm, WishForm
from public_portal.knowledge_base.forms import VoteForm
from public_portal.oversight.agencies.forms.billing import EndForm
from public_portal.oversight.agencies.forms.workspaces import (
    ActingOfficersForm,
    ArchiveForm,
    DestroyForm,
    HostForm,
    InviteForm,
    PrimaryHostForm,
    ReasonForm,
    RecipientForm,
)
from public_portal.oversight.articles.forms import ArticleForm, NewArticleForm
from public_portal.oversight.competence.forms import CompetenceForm
from public_portal.oversight.identity.forms import IdentityForm
from public_portal.oversight.requests.forms import AskForm, RefuseForm
from public_portal.oversight.reviews.forms import DecisionForm
from public_portal.tracking.forms import (
    MessageForm as CitizenMessageForm,
    RatingForm,
    ReopenForm,
    ReviewForm,
)
from public_portal.workspace_requests.forms.wizard import AnswerForm, NeedsForm
from public_portal.workspace_requests.services.request_review import institution_question_ask
from shared.accounts.enums import Role
from shared.accounts.services.users import user_create
from shared.complaints.selectors import complaint_get
from shared.complaints.services import complaint_assign
from shared.kernel.actors import SYSTEM
from shared.knowledge_base.selectors.reader import article_groups
from shared.units.selectors import units
from tenants.case_access.services.reviews import review_ask
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.agency_console.conftest import WORDS
from tests.all_forms.typists import Typist
from tests.public_portal.tracking.visits import Visitor, answer as answered
from tests.public_portal.workspace_requests.applicant import Applicant, body
from tests.support.custody import competence_asked, offer_row, request_filed
from tests.support.factories import (
    PASSWORD,
    articles_loaded,
    filed,
    officer_actor,
    organisation_of,
    staff,
)
from tests.support.reviewed import REASON, refused_twice

# The form as it stands lacks something.
EMPTY: dict[str, str] = {}
TEXT = "The lamp at the corner has been out since the third of March."


@dataclass(frozen=True, kw_only=True)
class Row:
    """A longer form: who opens it where, the field in which one types, and what makes it refused.

    ``bad`` is ``None`` where nothing of the form is refused but an empty text.
    """

    kind: type[forms.Form]
    make: Callable[[Agency, Agency], tuple[Typist, str]]
    field: str
    bad: dict[str, str] | None = data_field(default_factory=dict)
    # Composers keep drafts of their own, and a page without a session has none that ends.
    has_draft: bool = False
    has_session: bool = True
    has_token: bool = True


def officer(agency: Agency, role: Role = Role.SUPERVISOR) -> Typist:
    """Somebody of an agency's staff, signed in."""
    user = staff(agency, role, "typist@roads.example")
    typist = Typist(host=f"{agency.code}.testserver", agency=agency, user=user)
    typist.sign_in()
    return typist


def case(path: str) -> Callable[[Agency, Agency], tuple[Typist, str]]:
    """A page of a case that the officer holds."""

    def make(roads: Agency, _water: Agency) -> tuple[Typist, str]:
        typist, reference = officer(roads), filed(roads).reference
        with agency_context(roads):
            actor = officer_actor(typist.person)
            complaint_assign(reference=reference, officer=typist.person, actor=actor)
        return typist, path.format(reference)

    return make


def page(path: str, role: Role = Role.ADMINISTRATOR) -> Callable[..., tuple[Typist, str]]:
    """A page of the console."""
    return lambda roads, _water: (officer(roads, role), path)


def counter(roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """Filing for a person."""
    return officer(roads), f"/desk/request/?organisation={filed_for(roads)}"


def filed_for(agency: Agency) -> str:
    return organisation_of(agency).code


def offered(roads: Agency, water: Agency) -> tuple[Typist, str]:
    """A case that another agency offers."""
    number = offer_row(sender=water, receiver=roads, reference=filed(water).reference)
    return officer(roads), f"/transfers/{number}/"


def unit(roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """A unit that is there."""
    typist = officer(roads, Role.ADMINISTRATOR)
    names = {"name_ar": "الطرق", "name_fr": "Voirie", "name_en": "Roads", "parent": "agency"}
    typist.post("/units/add/", names)
    with agency_context(roads):
        return typist, f"/units/{units()[0].id}/"


def approval(roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """A text that waits for the approval of this supervisor."""
    Agency.objects.filter(pk=roads.pk).update(needs_approval=True)
    roads.needs_approval = True
    reference = filed(roads).reference
    agent = Typist(host="roads.testserver", agency=roads, user=staff(roads))
    agent.sign_in()
    with agency_context(roads):
        actor = officer_actor(agent.person)
        complaint_assign(reference=reference, officer=agent.person, actor=actor)
        version = complaint_get(reference=reference).version
    agent.post(f"/cases/{reference}/reply/", {**WORDS, "version": str(version), "step": "send"})
    with agency_context(roads):
        return officer(roads), f"/cases/approvals/{CaseDraft.objects.get().pk}/"


def national(role: Role) -> Typist:
    """Somebody of national oversight, signed in."""
    user = user_create(
        email="typist@oversight.example", name="T", role=role, password=PASSWORD, actor=SYSTEM
    )
    typist = Typist(host="oversight.testserver", user=user)
    typist.sign_in()
    return typist


def oversight(path: str, role: Role = Role.ANALYST) -> Callable[..., tuple[Typist, str]]:
    """A page of national oversight."""
    return lambda _roads, _water: (national(role), path)


def review(roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """A review that waits."""
    one = refused_twice(roads)
    review_ask(token=one.token, reason=REASON)
    return national(Role.ANALYST), f"/reviews/{one.reference}/"


def competence(roads: Agency, water: Agency) -> tuple[Typist, str]:
    """A question of competence that waits."""
    one = request_filed(roads)
    competence_asked(one, water)
    return national(Role.ANALYST), f"/competence/{one.reference}/"


def article(_roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """An article that is there."""
    articles_loaded()
    slug = article_groups(language="ar")[0].articles[0].slug
    return national(Role.ANALYST), f"/answers/articles/{slug}/"


def workspace(_roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """A request for a workspace that waits."""
    body()
    sent = Applicant(Client(headers={"host": "testserver"})).ask()
    return national(Role.ANALYST), f"/workspaces/{sent.number}/"


def tracked(path: str, stage: str = "") -> Callable[[Agency, Agency], tuple[Typist, str]]:
    """A page of a request, in the browser of its citizen."""

    def make(roads: Agency, _water: Agency) -> tuple[Typist, str]:
        one = refused_twice(roads) if stage == "refused" else filed(roads)
        if stage == "answered":
            answered(roads, one.reference)

        def enter(typist: Typist) -> HttpResponse:
            visitor = Visitor(typist.client, language="en")
            return cast(HttpResponse, visitor.open(one.reference, one.receipt_code))

        typist = Typist(host="testserver", enter=enter)
        typist.sign_in()
        return typist, f"/en/track/{path}"

    return make


def remark(_roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """An article that did not help."""
    articles_loaded()
    path = f"/en/answers/{article_groups(language='ar')[0].articles[0].slug}/"
    typist = Typist(host="testserver")
    typist.post(f"{path}vote/", {"useful": "no"})
    return typist, path


def asked(_roads: Agency, _water: Agency) -> tuple[Typist, str]:
    """A request for a workspace about which oversight asks something."""
    body()
    sent = Applicant(Client(headers={"host": "testserver"}), language="en").ask()
    institution_question_ask(request_id=sent.number, version="waiting.0", text="Who?", actor=SYSTEM)
    return Typist(host="testserver"), sent.path


def composer(
    kind: type[forms.Form], act: str, field: str, bad: dict[str, str] | None = EMPTY
) -> Row:
    """A form of the composer; what is missing refuses it."""
    page = case(f"/cases/{{}}/?write={act}")
    return Row(kind=kind, make=page, field=field, bad=bad, has_draft=True)


ROWS = (
    composer(ReplyForm, "reply", "facts"),
    Row(
        kind=RefusalForm, make=case("/cases/{}/?write=refuse"), field="explanation", has_draft=True
    ),
    Row(
        kind=DirectionForm,
        make=case("/cases/{}/?write=direct"),
        field="explanation",
        has_draft=True,
    ),
    composer(InterimForm, "interim", "done"),
    Row(
        kind=QuestionForm, make=case("/cases/{}/?write=ask"), field="body", bad=None, has_draft=True
    ),
    Row(
        kind=MessageForm,
        make=case("/cases/{}/?write=message"),
        field="body",
        bad=None,
        has_draft=True,
    ),
    composer(NoteForm, "note", "body", bad=None),
    Row(kind=CaseMoveForm, make=case("/units/cases/{}/"), field="reason"),
    Row(kind=OfferForm, make=case("/transfers/offer/{}/"), field="note"),
    Row(kind=SplitForm, make=case("/transfers/split/{}/"), field="body"),
    Row(kind=RefuseOfferForm, make=offered, field="reason", bad={"reason": "Too short."}),
    Row(kind=ReturnForm, make=approval, field="reason", bad=None),
    Row(kind=TemplateForm, make=page("/templates/add/reply/"), field="facts"),
    Row(kind=RuleForm, make=page("/routing/add/"), field="words"),
    Row(kind=AddUnitForm, make=page("/units/add/"), field="places", bad={"name_fr": ""}),
    Row(kind=UnitForm, make=unit, field="places", bad={"name_fr": ""}),
    Row(kind=RequestForm, make=counter, field="body", bad=None),
    Row(kind=DecisionForm, make=review, field="text", bad={"decision": ""}),
    Row(kind=CompetenceForm, make=competence, field="text", bad={"organisation_code": "x"}),
    Row(kind=NewArticleForm, make=oversight("/answers/add/"), field="answer_fr"),
    Row(kind=ArticleForm, make=article, field="answer_fr", bad={"question_fr": "", "save": "yes"}),
    Row(kind=RefuseForm, make=workspace, field="reason", bad=None),
    Row(kind=AskForm, make=workspace, field="text", bad=None),
    Row(kind=IdentityForm, make=oversight("/identity/"), field="reason"),
    Row(
        kind=ReasonForm,
        make=oversight("/agencies/roads/workspace/suspend/", Role.OPERATOR),
        field="reason",
        bad=None,
    ),
    Row(kind=CitizenMessageForm, make=tracked("case/"), field="body", bad=None),
    Row(
        kind=ReopenForm, make=tracked("case/reopen/", "answered"), field="body", bad={"reason": ""}
    ),
    Row(
        kind=RatingForm,
        make=tracked("case/rating/", "answered"),
        field="comment",
        bad={"handling": ""},
    ),
    Row(kind=ReviewForm, make=tracked("case/review/", "refused"), field="reason", bad=None),
    Row(
        kind=VoteForm,
        make=remark,
        field="reason",
        bad={"reason": "Call 06 12 34 56 78 then"},
        has_token=False,
        has_session=False,
    ),
    Row(kind=AnswerForm, make=asked, field="text", bad=None, has_session=False),
)
# Longer forms that are tried elsewhere, or on the page of another one.
ELSEWHERE = {
    StoryForm: "tests/public_portal/intake/test_refused_pages.py",
    WishForm: "tests/public_portal/intake/test_refused_pages.py",
    NeedsForm: "tests/public_portal/workspace_requests/test_journey.py",
    EndForm: "tests/tenants/billing/test_ended_by_oversight.py",
    GalleryForm: "sent nowhere",
    **dict.fromkeys(
        (
            ActingOfficersForm, ArchiveForm, DestroyForm, HostForm, InviteForm, PrimaryHostForm,
            RecipientForm,
        ),
        "the page of ReasonForm",
    ),
}  # fmt: skip
