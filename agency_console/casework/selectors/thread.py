"""Selectors of messages, notes, files and history of a case, oldest first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agency_console.access.selectors import case_url_parts
from agency_console.casework.types import CaseFile, Preview, ThreadEntry, Voice
from shared.complaints.enums import (
    MESSAGE_EVENTS,
    SAME_OFFICER_TEXTS,
    Author,
    EventKind,
    MessageKind,
    Outcome,
    ScanState,
)
from shared.complaints.selectors.merged_cases import MergedParts
from shared.kernel.actors import SYSTEM, ActorKind
from shared.kernel.groups import grouped
from shared.kernel.references import reference_group
from shared.ui.dates import day_text
from shared.ui.links import page_language
from shared.ui.types import Progress, TimelineEntry
from tenants.agencies.selectors import agency_name_of_code
from tenants.case_access.presenters import officer_words

if TYPE_CHECKING:
    from shared.complaints.models import Attachment, Complaint, ComplaintEvent, Message, Note

# A browser shows these types without running code; a file's type is checked at the upload.
PREVIEWS = {
    "application/pdf": Preview.PDF,
    "image/jpeg": Preview.PICTURE,
    "image/png": Preview.PICTURE,
    "audio/aac": Preview.SOUND,
    "audio/mp4": Preview.SOUND,
    "audio/mpeg": Preview.SOUND,
    "audio/ogg": Preview.SOUND,
    "audio/wav": Preview.SOUND,
    "audio/webm": Preview.SOUND,
}
# Files that the citizen, or the agency, sent within this time are shown in one entry.
ONE_SENDING = timedelta(hours=1)
OPENED = (ScanState.CLEAN, ScanState.NOT_SCANNED)


def case_files(rows: "Iterable[Attachment]", *, reference: str) -> list[CaseFile]:
    """Return the files for pages, in the order of their rows."""
    before, after = case_url_parts("show-case")
    base = f"{before}{reference}{after}files/"
    return [_case_file(row, base) for row in rows]


def case_thread(
    *,
    messages: "Iterable[Message]",
    notes: "Iterable[Note]",
    attachments: "Sequence[Attachment]" = (),
    files: Sequence[CaseFile] = (),
    new: int = 0,
) -> tuple[ThreadEntry, ...]:
    """Return messages, notes and files, oldest first; a message's files are in its entry.

    ``new``: the count of the citizen's last messages that the officer has not seen before.
    """
    under = grouped((row.message_id, file) for row, file in zip(attachments, files, strict=True))
    entries = [
        *(
            ThreadEntry(
                voice=Voice.CITIZEN if row.author == Author.CITIZEN else Voice.AGENCY,
                label=str(MessageKind(row.kind).label),
                by=_("Citizen") if row.author == Author.CITIZEN else _writer(row),
                proof=" · ".join(_doubts(row)),
                at=row.at,
                body=row.body,
                files=tuple(under.get(row.pk, ())),
            )
            for row in messages
        ),
        *map(_note_entry, notes),
        *_file_entries(under.get(None, [])),
    ]
    return _marked(sorted(entries, key=lambda entry: entry.at), new)


def merged_thread(
    cases: "Sequence[Complaint]", parts: MergedParts
) -> tuple[tuple[ThreadEntry, ...], tuple[CaseFile, ...]]:
    """Return the entries of merged cases, each with its case's reference, and all their files."""
    entries: list[ThreadEntry] = []
    every: list[CaseFile] = []
    for case in cases:
        rows = [row for row in parts.attachments if row.complaint_id == case.pk]
        files = case_files(rows, reference=case.reference)
        pairs = list(zip(rows, files, strict=True))
        later = [pair for pair in pairs if pair[0].at != case.received_at]
        own = case_thread(
            messages=[row for row in parts.messages if row.complaint_id == case.pk],
            notes=[row for row in parts.notes if row.complaint_id == case.pk],
            attachments=[row for row, _file in later],
            files=[file for _row, file in later],
        )
        sent = tuple(file for row, file in pairs if row.at == case.received_at)
        entries += [replace(one, reference=case.reference) for one in (_request(case, sent), *own)]
        every += files
    return tuple(entries), tuple(every)


def _request(case: "Complaint", files: tuple[CaseFile, ...]) -> ThreadEntry:
    """Return the request of a merged case as an entry of the thread."""
    return ThreadEntry(
        voice=Voice.CITIZEN,
        label=_("Text of this part") if case.is_part else _("What the citizen wrote"),
        by=_("Officer") if case.is_part else _("Citizen"),
        proof=officer_words(
            is_part=case.is_part, agency_code=case.cut_by_code, language=page_language()
        ),
        at=case.received_at,
        body="\n\n".join(text for text in (case.subject, case.body, case.remedy) if text),
        files=files,
    )


def new_from_citizen(events: "Iterable[ComplaintEvent]", *, read_version: int) -> int:
    """Return the number of the citizen's messages after the last event that was read."""
    kinds = (EventKind.MESSAGE_BY_CITIZEN, EventKind.REOPENED)
    return sum(event.kind in kinds and event.position > read_version for event in events)


def thread_since(
    messages: "Sequence[Message]",
    notes: "Sequence[Note]",
    *,
    events: "Sequence[ComplaintEvent]",
) -> tuple[ThreadEntry, ...]:
    """Return the entries that belong to ``events``, which are the last events of a case."""
    # The last entries are counted, because the time of a message differs from the time of its
    # event, so that a comparison of times would find wrong entries.
    said = sum(event.kind in MESSAGE_EVENTS for event in events)
    noted = sum(event.kind == EventKind.NOTE_ADDED for event in events)
    written = sorted(messages, key=lambda row: row.pk)
    return case_thread(messages=written[len(written) - said :], notes=notes[len(notes) - noted :])


def case_history(
    events: "Sequence[ComplaintEvent]", *, is_open: bool, seen: Collection[str] = ()
) -> tuple[TimelineEntry, ...]:
    """Return all events with their actors; the texts name no cases except those in ``seen``."""
    last = events[-1] if events and is_open else None
    return tuple(
        TimelineEntry(
            title=str(EventKind(event.kind).label),
            when=event.at,
            # Unicode isolates keep the order of words if the name is in another script.
            by=_("Action by: %(name)s") % {"name": f"\u2068{_actor(event)}\u2069"},
            text=_event_text(event, seen),
            progress=Progress.HERE if event is last else Progress.DONE,
        )
        for event in events
    )


def _case_file(row: "Attachment", base: str) -> CaseFile:
    preview = PREVIEWS.get(row.content_type, Preview.NONE)
    is_open = row.scan in OPENED
    return CaseFile(
        id=row.pk,
        name=row.name,
        size=row.size,
        scan=ScanState(row.scan),
        preview=preview,
        author=str(Author(row.author).label),
        is_by_email=row.is_by_email,
        at=row.at,
        url=f"{base}{row.pk}/" if is_open else "",
        view_url=f"{base}{row.pk}/view/" if is_open and preview else "",
    )


def _writer(row: "Message | Note") -> str:
    """Return the name of the author: an officer here, or an agency that had the case before."""
    return (
        row.officer.name
        if row.officer
        else agency_name_of_code(code=row.agency_code, language=page_language())
    )


def by_email_text() -> str:
    """Return a text for messages and files whose sender gave no code, or only a printed code."""
    return _(
        "the sender gave only the reference with the e-mail address, or a receipt code that an "
        "officer had printed"
    )


def unproved_text() -> str:
    """Return a text for messages and notes whose writer the national record does not confirm."""
    return _("the national record does not confirm who wrote this")


def _doubts(message: "Message") -> list[str]:
    said = [by_email_text()] if message.is_by_email else []
    return [*said, unproved_text()] if message.is_unproved else said


def _note_entry(note: "Note") -> ThreadEntry:
    return ThreadEntry(
        voice=Voice.NOTE,
        label=_("Internal note, never sent to the citizen"),
        by=_writer(note),
        proof=unproved_text() if note.is_unproved else "",
        at=note.at,
        body=note.body,
    )


def _file_entries(files: Iterable[CaseFile]) -> Iterable[ThreadEntry]:
    """Yield entries of files without a message; files sent within an hour are in one entry."""
    together: list[CaseFile] = []
    for file in files:
        if together and not _belong_together(together[-1], file):
            yield _files_entry(together)
            together = []
        together.append(file)
    if together:
        yield _files_entry(together)


def _belong_together(one: CaseFile, other: CaseFile) -> bool:
    is_same_sender = (one.author, one.is_by_email) == (other.author, other.is_by_email)
    return is_same_sender and other.at - one.at < ONE_SENDING


def _files_entry(files: Sequence[CaseFile]) -> ThreadEntry:
    first = files[0]
    is_agency = first.author == str(Author.AGENCY.label)
    return ThreadEntry(
        voice=Voice.AGENCY if is_agency else Voice.CITIZEN,
        label=_("Files"),
        by=first.author,
        proof=by_email_text() if first.is_by_email else "",
        at=files[-1].at,
        body="",
        files=tuple(files),
    )


def _marked(entries: list[ThreadEntry], new: int) -> tuple[ThreadEntry, ...]:
    for index in range(len(entries) - 1, -1, -1):
        if not new:
            break
        entry = entries[index]
        if entry.voice == Voice.CITIZEN and entry.body:
            entries[index] = replace(entry, is_new=True)
            new -= 1
    return tuple(entries)


def _event_text(event: "ComplaintEvent", seen: Collection[str]) -> str:
    texts = [str(Outcome(event.outcome).label)] if event.kind == EventKind.ANSWERED else []
    if event.until:
        texts.append(_("Announced for: %(day)s") % {"day": day_text(event.until)})
    if event.assigned_to:
        texts.append(_("Assigned to: %(name)s") % {"name": f"\u2068{event.assigned_to}\u2069"})
    if event.merged_with in seen:
        shown = f"\u2066{reference_group(event.merged_with)}\u2069"
        texts.append(_("The other case: %(reference)s") % {"reference": shown})
    if event.actor_kind == ActorKind.SYSTEM and event.actor_label != SYSTEM.label:
        # An act that the system did by a rule shows the name of the rule.
        texts.append(_("By the rule: %(name)s") % {"name": f"\u2068{event.actor_label}\u2069"})
    if event.same_officer:
        texts.append(str(SAME_OFFICER_TEXTS[EventKind(event.kind)]))
    return "\n".join(texts)


def _actor(event: "ComplaintEvent") -> str:
    names = {
        ActorKind.CITIZEN: _("Citizen"),
        ActorKind.SYSTEM: _("The system"),
        ActorKind.OVERSIGHT: _("National oversight"),
    }
    if event.held_by and event.actor_kind == ActorKind.OFFICER:
        return agency_name_of_code(code=event.held_by, language=page_language())
    return names.get(ActorKind(event.actor_kind), event.actor_label)
