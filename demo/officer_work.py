"""Examples of an agency's units, labels, rules, saved views, drafts and absences."""

from collections.abc import Sequence
from datetime import timedelta

from agency_console.inbox.services import saved_view_create
from agency_console.inbox.types import SavedViewDraft
from agency_console.reply_templates.services import examples_add
from demo.drafts import (
    decision_submit,
    interim_submit,
    question_fail,
    question_pressed_send,
    reply_begin,
)
from demo.fixture_files import phrases
from demo.merged_pair import merged_pair_make
from demo.routing_rules import rules_make
from demo.runner import RunState, case_open
from shared.accounts.models import User
from shared.complaints import services
from shared.complaints.enums import EventKind, Language
from shared.complaints.selectors import case_events, complaint_get
from shared.complaints.types import InterimDraft
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from shared.kernel.text import Wording
from shared.units.services import unit_create, unit_members_set
from shared.units.types import UnitDraft

# The agency that gets these examples.
SHOWN = "health"
# This unit gets all requests, except requests with categories of the two lower units.
UPPER = Wording(
    ar="مصلحة الاستقبال والشكايات",
    fr="Service de l'accueil et des réclamations",
    en="Reception and complaints",
)
LOWER = Wording(
    ar="وحدة الأدوية والتغطية الصحية",
    fr="Unité des médicaments et de la couverture médicale",
    en="Medicines and health insurance",
)
LOWER_CATEGORIES = ("health-insurance", "medicines")
BESIDE = Wording(
    ar="وحدة المواعيد والاستقبال",
    fr="Unité des rendez-vous et de l'accueil",
    en="Appointments and reception",
)
BESIDE_CATEGORIES = ("medical-appointment",)
ABSENCE = timedelta(days=6)
# Name and query of a saved view for all officers, and of a saved view for the first agent only.
SHARED_VIEW = ("أدوية متأخرة", "?view=promise_late&category=medicines")
OWN_VIEW = ("Français", "?view=mine&language=fr")
LABELS = ("موعد قريب", "Médicament", "للتتبع")
# The numbers of cases with a known status: rated, in progress, late, received.
ANSWERED, IN_PROGRESS, LATE, RECEIVED = 2, 7, 8, 9
# The count of ratings that no officer has opened yet.
UNOPENED_RATINGS = 3
QUESTIONS = {
    Language.ARABIC: "هل يمكنكم موافاتنا بنسخة من الوصفة الطبية؟",
    Language.FRENCH: "Pouvez-vous nous envoyer l'ordonnance ?",
    Language.ENGLISH: "Can you send us a copy of the prescription?",
}
ANNOUNCED = timedelta(days=14)
AFTERWARDS = {
    Language.ARABIC: "شكرا على جوابكم. لم أتوصل بعد بتأكيد الموعد، فبمن أتصل؟",
    Language.FRENCH: "Merci de votre réponse. Le rendez-vous ne m'est pas confirmé : qui appeler ?",
    Language.ENGLISH: "Thank you for the reply. Nobody has confirmed the date: whom do I call?",
}


def units_make(
    *, agents: Sequence[User], organisation_code: str, unit_agents: Sequence[User] = ()
) -> None:
    """Make an upper unit with two lower units, before the first request is filed.

    All ``agents`` belong to the upper unit and can get every case; the last agent also belongs to
    the first lower unit. The first of ``unit_agents`` belongs only to the first lower unit, and the
    second only to the second.
    """
    draft = UnitDraft(names=UPPER, organisation_codes=(organisation_code,))
    upper = unit_create(draft=draft, parent_id=None, actor=SYSTEM)
    draft = UnitDraft(
        names=LOWER, organisation_codes=(organisation_code,), category_codes=LOWER_CATEGORIES
    )
    lower = unit_create(draft=draft, parent_id=upper.pk, actor=SYSTEM)
    draft = UnitDraft(
        names=BESIDE, organisation_codes=(organisation_code,), category_codes=BESIDE_CATEGORIES
    )
    beside = unit_create(draft=draft, parent_id=upper.pk, actor=SYSTEM)
    whole = [agent.pk for agent in agents]
    alone = [agent.pk for agent in unit_agents]
    everybody = [*whole, *alone]
    of_units = ((upper, whole), (lower, [*whole[-1:], *alone[:1]]), (beside, alone[1:]))
    for unit, members in of_units:
        unit_members_set(
            unit_id=unit.pk,
            user_ids=members,
            of=everybody,
            is_last_kept=False,
            actor=SYSTEM,
            head_ids=members[:1],
        )


def officer_work_make(state: RunState) -> None:
    """Make labels, templates, rules, views, drafts, an interim reply, a question and an absence.

    Runs in the agency's schema. In the absence, the last agent is the substitute. Does nothing for
    an agency with too few cases.
    """
    if not {ANSWERED, IN_PROGRESS, LATE, RECEIVED} <= state.references.keys():
        return
    supervisor = Actor(
        kind=ActorKind.OFFICER, label=state.supervisor.name, user_id=state.supervisor.pk
    )
    labels = [services.label_create(name=name).pk for name in LABELS]
    for case, chosen in ((IN_PROGRESS, labels[:1]), (LATE, labels[1:]), (RECEIVED, labels[:2])):
        services.case_label(reference=state.references[case], add=chosen, actor=supervisor)
    examples_add(officer=state.supervisor, actor=supervisor)
    rules_make(actor=supervisor)
    for (name, query), owner in ((SHARED_VIEW, state.supervisor), (OWN_VIEW, state.agents[0])):
        draft = SavedViewDraft(name=name, query=query, is_shared=owner == state.supervisor)
        saved_view_create(draft=draft, officer=owner)
    answered = state.references[ANSWERED]
    services.citizen_message_add(
        reference=answered, body=AFTERWARDS[_language(answered)], actor=CITIZEN
    )
    _interim_send(state.references[LATE], supervisor=state.supervisor)
    reply_begin(reference=state.references[LATE], supervisor=state.supervisor)
    second_interim_submit(state)
    _question_make(state.references[IN_PROGRESS], supervisor=state.supervisor, actor=supervisor)
    merged_pair_make(state, actor=supervisor)
    if len(state.agents) > 1:
        substitute, absent = state.agents[-2:]
        services.absence_enter(
            user=absent,
            first_day=clock.today(),
            last_day=clock.today() + ABSENCE,
            substitute=substitute,
            actor=supervisor,
        )


def _interim_send(reference: str, *, supervisor: User) -> None:
    """Send an interim reply to a case, by the case's officer."""
    case = complaint_get(reference=reference)
    officer, text = case.assignee or supervisor, phrases(Language(case.language))
    services.interim_send(
        reference=reference,
        draft=InterimDraft(
            done=text.interim_done[0],
            delay=text.interim_delay[0],
            until=clock.today() + ANNOUNCED,
        ),
        officer=officer,
        actor=Actor(kind=ActorKind.OFFICER, label=officer.name, user_id=officer.pk),
        is_approved=False,
    )


def second_interim_submit(state: RunState) -> None:
    """Submit a second interim reply for approval, in a case whose announced day is past."""
    for reference in state.references.values():
        case = complaint_get(reference=reference)
        officer = next((one for one in state.agents if one == case.assignee), None)
        is_past = case.interim_until is not None and case.interim_until < clock.today()
        if case.is_open and case.interim_replies == 1 and is_past and officer is not None:
            interim_submit(reference=reference, officer=officer, until=clock.today() + ANNOUNCED)
            return


def _question_make(reference: str, *, supervisor: User, actor: Actor) -> None:
    """Make a draft question that failed because a question of the supervisor was open."""
    pressed = question_pressed_send(reference=reference, supervisor=supervisor)
    services.question_ask(
        reference=reference,
        body=QUESTIONS[_language(reference)],
        officer=supervisor,
        actor=actor,
    )
    question_fail(pressed)
    services.question_withdraw(reference=reference, actor=actor)


def approval_make(state: RunState) -> None:
    """Submit a decision for reply approval, if the agency has a case in progress.

    Runs in the agency's schema.
    """
    if IN_PROGRESS in state.references:
        decision_submit(reference=state.references[IN_PROGRESS], supervisor=state.supervisor)


def ratings_open(state: RunState) -> None:
    """Record that officers opened the rated cases.

    A case stays new if its rating is one of the latest, or if the citizen acted after the rating.
    """
    for reference in state.rated[:-UNOPENED_RATINGS]:
        case = complaint_get(reference=reference)
        if case_events(case)[-1].kind in (EventKind.RATED, EventKind.CLOSED):
            case_open(state, case.assignee or state.supervisor, reference)


def _language(reference: str) -> Language:
    return Language(complaint_get(reference=reference).language)
