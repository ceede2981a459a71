"""A secret word for each schema, planted in all that it holds, and the finding of a stray one.

A canary is worth nothing unless it would be seen: whoever looks for a stray word also looks for the
word that belongs there (``at_home``), and ``test_detector`` seeds leaks that must be found.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.http.response import HttpResponseBase
from django.test import Client

from agency_console.bulk_actions.models import BulkAction
from agency_console.casework.models import CaseDraft
from agency_console.reply_templates.models import ReplyTemplate
from demo.sample_files import sample_receipt_pdf
from public_portal.intake.services.drafts import form_draft_keep
from public_portal.intake.types import Answers
from shared.accounts.enums import Role
from shared.accounts.models import StaffSession, User
from shared.accounts.services.users import staff_session_record, user_create
from shared.audit.services import audit_record
from shared.complaints import services
from shared.complaints.enums import Author, Outcome
from shared.complaints.models import Label
from shared.complaints.types import PartyDraft, RatingDraft, ReplyDraft, UploadedContent
from shared.jobs.enums import JobState
from shared.jobs.models import Job
from shared.kernel import clock
from shared.kernel.actors import CITIZEN, SYSTEM, Actor, ActorKind
from shared.kernel.devices import Device
from shared.mail.services import mail_row
from shared.routing.models import RoutingRule
from tenants.agency_export.services.encryption import key_make
from tenants.agency_export.services.requests import export_ask
from tenants.agency_export.services.work_folders import folder_create
from tenants.case_access import gateway
from tenants.case_access.enums import KeyKind
from tenants.isolation.schema_switch import agency_context
from tenants.models import Agency
from tests.support.factories import PASSWORD, filed, officer_actor
from tests.support.officer_work import officer_work
from tests.support.sessions import open_session

NATIONAL = "national"
CACHE_KEY = "canary"
_WORD = re.compile(r"canary[0-9a-f]{20}")


def word_of(code: str) -> str:
    """The word of an agency, or of the national side: its code cannot be read from it."""
    return f"canary{hashlib.sha256(f'word of {code}'.encode()).hexdigest()[:20]}"


def words_in(seen: object) -> set[str]:
    """Every canary's word in a text, in bytes, in rows, in an instance, in an answer."""
    return set(_WORD.findall(_text(seen)))


def foreign(seen: object, code: str) -> set[str]:
    """The words of others than ``code`` in what was seen while working for it."""
    return words_in(seen) - {word_of(code)}


def at_home(seen: object, code: str) -> bool:
    """Whether the word that belongs there was seen, and no other."""
    return words_in(seen) == {word_of(code)}


def _text(seen: object) -> str:
    if isinstance(seen, str):
        return seen.lower()
    if isinstance(seen, bytes | memoryview):
        return bytes(seen).decode("latin-1").lower()
    if isinstance(seen, HttpResponseBase):
        return f"{seen.serialize_headers().decode('latin-1')}\n{_body(seen)}".lower()
    if isinstance(seen, models.Model):
        return _text(vars(seen))
    if isinstance(seen, Mapping):
        return "\n".join(f"{_text(key)} {_text(value)}" for key, value in seen.items())
    if isinstance(seen, Iterable):
        return "\n".join(map(_text, seen))
    return repr(seen).lower()


def _body(answer: HttpResponseBase) -> str:
    # A file can be read only once: what was read is put back as a plain body's bytes would be.
    if answer.streaming:
        content = b"".join(answer)
        answer.streaming_content = [content]
        return content.decode("latin-1")
    return str(answer.content, "utf-8", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """Whatever of one agency can be asked for, and can be recognised in an answer."""

    code: str
    reference: str
    receipt_code: str
    email: str
    token: str
    attachment_id: str
    path: str
    user_id: int
    session_key: str
    session_id: str
    job_id: str
    template_id: int
    label_id: int
    action_id: str
    draft_id: str
    rule_id: str

    @property
    def word(self) -> str:
        """The secret word in all its texts."""
        return word_of(self.code)

    @property
    def host(self) -> str:
        """Where its console is."""
        return f"{self.code}.{settings.BASE_DOMAIN}"

    @property
    def marks(self) -> frozenset[str]:
        """What betrays the agency in an answer to somebody else."""
        numbers = {self.reference, self.receipt_code, self.attachment_id}
        return frozenset({self.word, self.token, self.path, self.session_key} | numbers)

    def betrayed_by(self, answer: HttpResponseBase, *, asked: str = "") -> set[str]:
        """The marks of this agency in an answer that was meant for another.

        What stands in ``asked``, the asker has brought along: a page repeats its own address.
        """
        text = _text(answer)
        return {mark for mark in self.marks if mark.lower() in text and mark not in asked}


def plant(agency: Agency) -> Canary:
    """A person who works there and is signed in, an open case, a settled one; its word in all."""
    word = word_of(agency.code)
    with agency_context(agency):
        officer = _person(word, Role.ADMINISTRATOR)
        session_key = _signed_in(officer, word)
        audit_record(actor=officer_actor(officer), action="canary", subject=word)
        cache.set(CACHE_KEY, word)
    settled = filed(agency, subject=word, party=_party(word))
    _settle(agency, settled.reference, officer, word)
    receipt = filed(
        agency,
        subject=f"Lamp {word}",
        body=f"It is dark before number {word}.",
        remedy=word,
        place=word,
        party=_party(word),
    )
    issued = gateway.tracking_open(
        reference=receipt.reference, kind=KeyKind.RECEIPT, value=receipt.receipt_code
    )
    gateway.message_add(token=issued.token, body=f"Since March {word}.")
    gateway.attachment_add(
        token=issued.token,
        upload=UploadedContent(
            name=f"{word}.pdf", content=sample_receipt_pdf(number="1", place=word)
        ),
    )
    with agency_context(agency):
        row = _talk(receipt.reference, officer, word)
        session_id = StaffSession.objects.get(session_key=session_key).pk
        template = ReplyTemplate.objects.get(name=word)
        label = Label.objects.get(name=word)
        action = BulkAction.objects.get(officer=officer)
        draft = CaseDraft.objects.get(officer=officer)
        rule = RoutingRule.objects.get(officer=officer)
    return Canary(
        code=agency.code,
        reference=receipt.reference,
        receipt_code=receipt.receipt_code,
        email=_party(word).email,
        token=issued.token,
        attachment_id=str(row.pk),
        path=row.path,
        user_id=officer.pk,
        session_key=session_key,
        session_id=str(session_id),
        job_id=_bundle(agency, officer, word),
        template_id=template.pk,
        label_id=label.pk,
        action_id=str(action.pk),
        draft_id=str(draft.pk),
        rule_id=str(rule.pk),
    )


def _bundle(agency: Agency, officer: User, word: str) -> str:
    """A file with all data that waits to be taken; its word instead of what would be sealed."""
    # Oversight sees who asked: not a word of a case, but a name.
    actor = Actor(kind=ActorKind.OFFICER, label="An administrator", user_id=officer.pk)
    job = export_ask(agency=agency, recipient=key_make().recipient, page="", actor=actor)
    (folder_create(job.id) / f"{word}.insaf.age").write_text(word)
    result = {"file": f"{word}.insaf.age", "size": len(word), "sha256": word}
    Job.objects.filter(pk=job.id).update(
        state=JobState.DONE, result=result, finished_at=clock.now()
    )
    return str(job.id)


def plant_national() -> None:
    """A person of oversight who is signed in, a letter, a draft: the national word in all."""
    word = word_of(NATIONAL)
    person = _person(word, Role.ANALYST)
    _signed_in(person, word)
    actor = Actor(kind=ActorKind.OVERSIGHT, label=word, user_id=person.pk)
    audit_record(actor=actor, action="canary", subject=word)
    letter = mail_row(to=person.email, letter="x", language="fr", reference="", context={})
    letter.save(force_insert=True)
    form_draft_keep(token="", answers=Answers(subject=word, body=word, name=word))
    cache.set(CACHE_KEY, word)


def _person(word: str, role: Role) -> User:
    person = user_create(
        email=f"officer.{word}@example.org",
        name=f"Officer {word}",
        role=role,
        password=PASSWORD,
        actor=SYSTEM,
    )
    Authenticator.objects.create(user=person, type="totp", data={"secret": word})
    return person


def _signed_in(person: User, word: str) -> str:
    client = Client()
    open_session(client, person)
    session = client.session
    session["canary"] = word
    session.save()
    key = str(session.session_key)
    staff_session_record(user=person, session_key=key, device=Device(browser="", system=""))
    return key


def _party(word: str) -> PartyDraft:
    return PartyDraft(name=f"Citizen {word}", email=f"{word}@example.org")


def _settle(agency: Agency, reference: str, officer: User, word: str) -> None:
    said = f"{word} as it was found"
    reply = ReplyDraft(
        outcome=Outcome.UPHELD,
        facts=f"facts {said}",
        rule=f"rule {said}",
        decision=f"decision {said}",
    )
    with agency_context(agency):
        actor = officer_actor(officer)
        services.complaint_reply(reference=reference, draft=reply, officer=officer, actor=actor)
        rating = RatingDraft(resolved=True, handling=5, comment=word)
        services.rating_give(reference=reference, draft=rating, actor=CITIZEN)


def _talk(reference: str, officer: User, word: str) -> models.Model:
    actor = officer_actor(officer)
    services.complaint_assign(reference=reference, officer=officer, actor=actor)
    services.note_add(reference=reference, body=f"Ask {word}.", officer=officer, actor=actor)
    services.question_ask(reference=reference, body=f"Where {word}?", officer=officer, actor=actor)
    officer_work(reference=reference, officer=officer, word=word)
    upload = UploadedContent(
        name=f"{word}-2.pdf", content=sample_receipt_pdf(number="1", place=word)
    )
    return services.attachment_add(
        reference=reference, upload=upload, author=Author.AGENCY, actor=actor
    )
