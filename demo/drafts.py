"""Case drafts of officers: incomplete, waiting for approval, or not sent after an error."""

from datetime import date, timedelta
from uuid import UUID

from agency_console.casework.enums import DraftAct
from agency_console.casework.models import CaseDraft
from agency_console.casework.services.dispatch import case_draft_schedule, case_draft_send
from agency_console.casework.services.draft_approval import case_draft_send_or_submit
from agency_console.casework.services.drafts import case_draft_save
from demo.fixture_files import phrases
from shared.accounts.models import User
from shared.complaints.enums import Language, Outcome, RemedyTime
from shared.complaints.selectors import complaint_get
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind

# The agency that requires approval of decisions.
APPROVING = "education"
BEGUN_AGO, PRESSED_AGO = timedelta(hours=2), timedelta(minutes=1)
FACTS = {
    Language.ARABIC: "اطلعنا على الملف وطلبنا من المصلحة المعنية بيان ما قامت به.",
    Language.FRENCH: "Nous avons lu le dossier et demandé au service concerné ce qu'il a fait.",
    Language.ENGLISH: "We read the file and asked the service in charge what it has done.",
}
RULE = {
    Language.ARABIC: "ينص المرسوم رقم 2.17.265 على جواب معلل داخل الأجل القانوني.",
    Language.FRENCH: "Le décret n° 2.17.265 prévoit une réponse motivée dans le délai légal.",
    Language.ENGLISH: "Decree 2.17.265 asks for a reasoned reply within the legal term.",
}
DECISION = {
    Language.ARABIC: "تعالج المصلحة الطلب خلال عشرة أيام، ونخبركم بالنتيجة كتابة.",
    Language.FRENCH: "Le service traite la demande sous dix jours ; nous vous écrirons ensuite.",
    Language.ENGLISH: "The service deals with it within ten days; we write to you then.",
}
QUESTION = {
    Language.ARABIC: "في أي يوم كان ذلك؟",
    Language.FRENCH: "Quel jour cela s'est-il passé ?",
    Language.ENGLISH: "On which day was that?",
}


def reply_begin(*, reference: str, supervisor: User) -> CaseDraft:
    """Save a case draft of the case's officer with the first part of a reply."""
    case = complaint_get(reference=reference)
    with clock.travel(clock.now() - BEGUN_AGO):
        return case_draft_save(
            complaint=case,
            officer=case.assignee or supervisor,
            act=DraftAct.REPLY,
            parts={"facts": FACTS[Language(case.language)]},
            version=case.version,
        )


def question_pressed_send(*, reference: str, supervisor: User) -> UUID:
    """Save a draft question whose sending was scheduled a minute ago; return the draft's id."""
    case = complaint_get(reference=reference)
    officer = case.assignee or supervisor
    with clock.travel(clock.now() - PRESSED_AGO):
        draft = case_draft_save(
            complaint=case,
            officer=officer,
            act=DraftAct.ASK,
            parts={"body": QUESTION[Language(case.language)]},
            version=case.version,
        )
        return case_draft_schedule(draft_id=draft.pk, officer=officer, version=case.version).pk


def question_fail(draft_id: UUID) -> None:
    """Try to send a question that cannot be sent because another question is open."""
    case_draft_send(draft_id=draft_id)


def decision_submit(*, reference: str, supervisor: User) -> CaseDraft:
    """Submit a reply of the case's officer for reply approval."""
    case = complaint_get(reference=reference)
    language, officer = Language(case.language), case.assignee or supervisor
    texts = {"facts": FACTS, "rule": RULE, "decision": DECISION}
    return case_draft_send_or_submit(
        complaint=case,
        officer=officer,
        act=DraftAct.REPLY,
        parts={
            "outcome": Outcome.UPHELD.value,
            "remedy": "",
            "carried_out": RemedyTime.DONE.value,
            **{name: text[language] for name, text in texts.items()},
        },
        version=case.version,
        actor=Actor(kind=ActorKind.OFFICER, label=officer.name, user_id=officer.pk),
        needs_approval=True,
    )


def interim_submit(*, reference: str, officer: User, until: date) -> CaseDraft:
    """Submit a second interim reply of an officer for approval."""
    case = complaint_get(reference=reference)
    text = phrases(Language(case.language))
    return case_draft_send_or_submit(
        complaint=case,
        officer=officer,
        act=DraftAct.INTERIM,
        parts={
            "done": text.interim_done[-1],
            "delay": text.interim_delay[-1],
            "until": until.isoformat(),
        },
        version=case.version,
        actor=Actor(kind=ActorKind.OFFICER, label=officer.name, user_id=officer.pk),
        needs_approval=False,
    )
