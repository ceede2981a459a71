"""The command that makes the demonstration's workspace requests, one for each status."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from demo.seeding_marks import Seeding, seeding_wanted
from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.services.drafts import answers_keep
from public_portal.workspace_requests.services.request_review import (
    institution_question_ask,
    request_refuse,
)
from public_portal.workspace_requests.services.submission import request_send
from public_portal.workspace_requests.types import TERMS_VERSION, Answers
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind
from shared.mail.services import mail_settle

REVIEWER = Actor(kind=ActorKind.OVERSIGHT, label="Demonstration")
QUESTION = "Quel service répondra aux citoyens, et à partir de quand ?"
REASON = (
    "Cette demande vient d’une entreprise et non de l’établissement. "
    "Le responsable de l’établissement peut redemander depuis son adresse."
)


class Command(BaseCommand):
    """The command ``manage.py seed_workspace_requests``, to be run before ``seed_demo``.

    The command does nothing if workspace requests exist or the database is in use.
    """

    help = "Make a few requests for a workspace in different states; demonstration only."

    @transaction.atomic
    def handle(self, *args: str, **options: object) -> None:
        """Make four workspace requests: waiting, with a question, for an unlisted body, refused."""
        if not settings.DEMO:
            raise CommandError("seed_workspace_requests makes up people: DEMO=1 is needed")
        if WorkspaceRequest.objects.exists() or seeding_wanted() is not Seeding.WHOLE:
            return
        _sent("onca", days=1, person="سلمى إ.", domain="onca.example")
        asked = _sent("onicl", days=4, person="Karim B.", domain="onicl.example")
        institution_question_ask(
            request_id=asked, version="waiting.0", text=QUESTION, actor=REVIEWER
        )
        _sent("", days=9, person="Nadia A.", domain="phares.example")
        refused = _sent("onmt", days=20, person="Youssef T.", domain="conseil.example")
        request_refuse(request_id=refused, version="waiting.0", reason=REASON, actor=REVIEWER)
        # No e-mail is sent, because the addresses are invented.
        mail_settle()
        self.stdout.write("requests for a workspace: 4")


def _sent(code: str, *, days: int, person: str, domain: str) -> UUID:
    with clock.travel(clock.now() - timedelta(days=days)):
        answers = Answers(
            organisation_code=code,
            proposed_ar="" if code else "وكالة المنارات والموانئ الصغرى",
            proposed_fr="" if code else "Agence des phares et petits ports",
            proposed_kind="" if code else "institution",
            email=f"reclamations@{domain}",
            person_name=person,
            person_function="Responsable des réclamations",
            phone="+212537123456",
            volume="some",
            plan_code="national",
            seats=5,
            message="" if code else "Notre établissement date de cette année.",
            terms_version=TERMS_VERSION,
        )
        number = answers_keep(request_id=None, answers=answers, language="fr")
        WorkspaceRequest.objects.filter(pk=number).update(email_proved_at=clock.now())
        request_send(request_id=number)
        return number
