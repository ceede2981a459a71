"""The dossier of a request as a PDF."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _, ngettext

from public_portal.tracking.presenters.wording import (
    BY_EMAIL,
    UNPROVED,
    dossier_hand,
    file_agency,
    legal_basis,
    message_label,
)
from public_portal.tracking.types import CaseAccess, SentMessage, TrackingPage
from shared.complaints.enums import Author
from shared.complaints.types import GivenRating, PublicAttachment, PublicMessage
from shared.kernel.references import reference_group
from shared.pdf.text import isolated
from shared.pdf.types import (
    Blanks,
    Block,
    Fact,
    Facts,
    Letter,
    PdfDocument,
    Points,
    Prose,
    Section,
    Table,
    ValueStyle,
)
from shared.ui.dates import day_text, moment_text
from shared.ui.deadline_texts import mark_text, reason_text
from tenants.case_access.presenters import officer_words, parts_sentence
from tenants.case_access.types import CasePart, ReviewSummary

# A digest is split into groups of 16 characters, because one line would be too wide.
DIGEST_GROUP = 16


def dossier_document(*, space: TrackingPage, language: str, made_at: datetime) -> PdfDocument:
    """Return the content of the PDF dossier, with labels in the active language."""
    return PdfDocument(
        language=language,
        title=_("File of the request"),
        kind=str(space.case.kind.label),
        reference=space.case.reference,
        made_at=made_at,
        sections=tuple(_sections(space, language)),
    )


def _sections(space: TrackingPage, language: str) -> Iterator[Section]:
    agency = space.agency.name(language)
    yield Section(heading=_("The parties"), blocks=tuple(_parties(space, agency)))
    yield Section(heading=_("The request"), blocks=tuple(_request(space, language)))
    yield Section(heading=_("Where it stands"), blocks=(Facts(rows=tuple(_status_facts(space))),))
    yield Section(heading=_("The legal clock"), blocks=tuple(_clock(space)))
    if space.holdings:
        yield Section(heading=_("Who has had the request"), blocks=(_custody(space, language),))
    if space.case.is_split:
        yield Section(heading=_("Parts of the request"), blocks=tuple(_parts(space, language)))
    yield Section(
        heading=_("What happened"),
        blocks=(
            Table(
                headings=(_("When"), _("What happened"), _("By whom"), _("State after it")),
                rows=tuple(
                    (
                        moment_text(entry.at),
                        f"{entry.kind.label}\n{entry.same_officer_text}".strip(),
                        dossier_hand(entry, agencies=space.agencies, language=language),
                        str(entry.status.label),
                    )
                    for entry in space.case.timeline
                ),
                shares=(5, 5, 4, 3),
            ),
        ),
    )
    yield Section(heading=_("Conversation"), blocks=tuple(_conversation(space, language)))
    if space.review:
        yield Section(heading=_("National oversight"), blocks=tuple(_review(space.review)))
    yield Section(heading=_("Files"), blocks=tuple(_files(space, language)))
    yield Section(
        heading=_("What the citizen thought of the answer"), blocks=tuple(_ratings(space))
    )
    yield Section(heading=_("Who looked at it"), blocks=tuple(_accesses(space)))
    rules = tuple(Fact(label=name, value=says) for name, says in legal_basis())
    yield Section(heading=_("Legal basis"), blocks=(Facts(rows=rules),))
    yield Section(heading=_("Turning to the Mediator"), blocks=(_mediator(),))
    yield Section(heading=_("Both clocks, day by day"), blocks=(_ledger(space),))


def _parties(space: TrackingPage, agency: str) -> Iterator[Block]:
    yield Facts(
        rows=(
            Fact(label=_("Organisation"), value=space.organisation),
            Fact(label=_("Who holds it now"), value=agency),
            Fact(label=_("Identity of the citizen"), value=str(space.case.privacy.label)),
            Fact(label=_("Filed through"), value=str(space.case.channel.label)),
        )
    )
    yield Prose(
        text=_(
            "The name of the citizen is not in this file: the citizen decides who learns it. To "
            "hand the file over, write it here."
        )
    )
    yield Blanks(labels=(_("Full name"), _("Address or telephone"), _("Date and signature")))


def _request(space: TrackingPage, language: str) -> Iterator[Block]:
    case = space.case
    values = [
        (_("Subject"), case.subject),
        (_("What it is about"), space.category),
        (_("Received on"), moment_text(case.received_at)),
        (_("When it happened"), day_text(case.happened_on) if case.happened_on else ""),
        (_("Place"), case.place),
        (_("Said when filing"), "\n".join(str(said.label) for said in case.declarations)),
    ]
    rows = [Fact(label=label, value=value) for label, value in values if value]
    if case.follows:
        rows.append(
            Fact(label=_("Follows the request"), value=case.follows, style=ValueStyle.NUMBER)
        )
    rows += [
        Fact(label=_("Joined with the request"), value=one, style=ValueStyle.NUMBER)
        for one in case.merged_with
    ]
    yield Facts(rows=tuple(rows))
    if mark := _words(space, language):
        yield Prose(text=mark)
    heading = _("Text of this part") if case.is_part else _("Text of the request")
    yield Letter(heading=heading, text=case.body, is_ours=not case.is_part)
    if case.remedy:
        yield Letter(heading=_("What is asked for"), text=case.remedy, is_ours=True)


def _status_facts(space: TrackingPage) -> Iterator[Fact]:
    case = space.case
    yield Fact(label=_("State"), value=str(case.status.label))
    if case.answered_at:
        yield Fact(label=_("Latest answer"), value=moment_text(case.answered_at))
    if case.outcome:
        yield Fact(label=_("Decision of the administration"), value=str(case.outcome.label))
    times = ngettext("%(count)d time", "%(count)d times", case.reopened) % {"count": case.reopened}
    yield Fact(label=_("Re-opened"), value=times if case.reopened else _("Not re-opened"))


def _clock(space: TrackingPage) -> Iterator[Block]:
    promised = Fact(label=_("Promise of the administration"), value=space.working.words)
    if space.clock is None or space.case.clock is None:
        yield Facts(rows=(promised,))
        yield Prose(text=_("The law sets no term for observations and proposals."))
        return
    yield Facts(
        rows=(
            Fact(label=_("Counted from the day after"), value=day_text(space.case.clock.filed_on)),
            Fact(label=_("Answer due"), value=day_text(space.clock.due_on)),
            Fact(label=_("Days counted"), value=space.clock.words),
            promised,
        )
    )
    yield Prose(
        text=_(
            "60 days, counted from the day after filing or after the latest re-opening. The clock "
            "never stops."
        )
    )


def _ledger(space: TrackingPage) -> Table:
    return Table(
        headings=(_("Day"), _("Legal day"), _("Working day"), _("Why")),
        rows=tuple(
            (
                day_text(one.day),
                "–" if one.legal is None else str(one.legal),
                str(one.working) if one.is_counted else "–",
                "\n".join([reason_text(one, is_citizen=False), *map(mark_text, one.marks)]),
            )
            for one in space.case.ledger
        ),
        shares=(4, 2, 3, 7),
        numbers=(1, 2),
    )


def _custody(space: TrackingPage, language: str) -> Table:
    return Table(
        headings=(_("Administration"), _("Since"), _("Until"), _("Days")),
        rows=tuple(
            (
                one.agency.name(language),
                day_text(one.step.since),
                day_text(one.step.until) if one.step.until else _("now"),
                str(one.step.days),
            )
            for one in space.holdings
        ),
        shares=(6, 4, 4, 2),
        numbers=(3,),
    )


def _parts(space: TrackingPage, language: str) -> Iterator[Block]:
    if space.parts is None:
        yield Prose(text=_("The other parts could not be read when this file was made."))
        return
    if space.parts.is_together:
        yield Prose(text=parts_sentence(space.parts))
    yield Table(
        headings=(_("Number"), _("Subject"), _("Words of"), _("Administration"), _("State")),
        rows=tuple(
            (
                reference_group(one.summary.reference),
                one.summary.subject,
                _words_of(one, language),
                one.agency.name(language),
                _("Given back to the whole")
                if one.summary.is_given_back
                else str(one.summary.status.label),
            )
            for one in space.parts.parts
        ),
        shares=(5, 5, 4, 4, 3),
        numbers=(0,),
    )


def _words(space: TrackingPage, language: str) -> str:
    code = space.written_by.code if space.written_by else ""
    return officer_words(is_part=space.case.is_part, agency_code=code, language=language)


def _words_of(part: CasePart, language: str) -> str:
    if part.is_main:
        return _("the citizen")
    if part.cut_by is None:
        return _("an officer")
    return _("an officer of %(agency)s") % {"agency": part.cut_by.name(language)}


def _conversation(space: TrackingPage, language: str) -> Iterator[Block]:
    if not space.conversation:
        yield Prose(text=_("Nobody has written."))
    for one in space.conversation:
        yield Letter(
            heading=_heading(one, language),
            text=one.message.body,
            is_ours=one.message.author == Author.CITIZEN,
        )


def _heading(sent: SentMessage, language: str) -> str:
    sender = _sender(sent.message, isolated(sent.agency.name(language)))
    return f"{sender} · {message_label(sent.message)} · {moment_text(sent.message.at)}"


def _review(review: ReviewSummary) -> Iterator[Block]:
    waits = _("Awaited by %(day)s") % {"day": day_text(review.due_on)}
    decision = str(review.decision.label) if review.decision else waits
    rows = [
        Fact(label=_("Requested on"), value=moment_text(review.asked_at)),
        Fact(label=_("Cause"), value=str(review.cause.label)),
        Fact(label=_("Decision"), value=decision),
    ]
    if review.decided_at:
        rows.append(Fact(label=_("Decided on"), value=moment_text(review.decided_at)))
    yield Facts(rows=tuple(rows))
    yield Letter(heading=_("Why the citizen asked"), text=review.reason, is_ours=True)
    if review.text:
        yield Letter(heading=_("The decision"), text=review.text, is_ours=False)


def _files(space: TrackingPage, language: str) -> Iterator[Block]:
    if not space.case.attachments:
        yield Prose(text=_("There are no files."))
        return
    yield Table(
        headings=(_("File"), _("Size"), _("From"), "SHA-256"),
        rows=tuple(
            (
                file.name,
                str(filesizeformat(file.size)),
                "\n".join(
                    (_sender(file, file_agency(space, file).name(language)), day_text(file.at))
                ),
                _digest(file.sha256),
            )
            for file in space.case.attachments
        ),
        shares=(4, 2, 4, 7),
        numbers=(3,),
    )
    yield Prose(
        text=_(
            "The SHA-256 is computed from the content of a file. Whoever computes it again from a "
            "copy and finds the same digits knows that nothing in the copy was changed."
        )
    )


def _sender(sent: PublicMessage | PublicAttachment, agency: str) -> str:
    said = [str(Author.CITIZEN.label) if sent.author == Author.CITIZEN else agency]
    if sent.is_by_email:
        said.append(str(BY_EMAIL))
    if isinstance(sent, PublicMessage) and sent.is_unproved:
        said.append(str(UNPROVED))
    return " · ".join(said)


def _digest(sha256: str) -> str:
    groups = [sha256[at : at + DIGEST_GROUP] for at in range(0, len(sha256), DIGEST_GROUP)]
    return "\n".join(" ".join(groups[at : at + 2]) for at in range(0, len(groups), 2))


def _ratings(space: TrackingPage) -> Iterator[Block]:
    if not space.case.ratings:
        yield Prose(text=_("No rating was given."))
    for rating in space.case.ratings:
        yield Facts(rows=tuple(_rating(rating)))
    if space.case.promised_on:
        yield Facts(rows=(Fact(label=_("To be done by"), value=day_text(space.case.promised_on)),))
    if space.case.promise:
        says = {None: _("Not said yet"), True: _("Yes"), False: _("No")}[space.case.promise.kept]
        yield Facts(rows=(Fact(label=_("Was the promise kept?"), value=says),))


def _rating(rating: GivenRating) -> Iterator[Fact]:
    yield Fact(label=_("Rated on"), value=moment_text(rating.at))
    yield Fact(label=_("Is it settled?"), value=_("Yes") if rating.resolved else _("No"))
    yield Fact(label=_("Handling, out of 5"), value=str(rating.handling), style=ValueStyle.NUMBER)
    if rating.comment:
        yield Fact(label=_("Reason"), value=rating.comment)


def _accesses(space: TrackingPage) -> Iterator[Block]:
    if space.accesses:
        yield _access_table(_("Who"), space.accesses)
    else:
        yield Prose(text=_("No officer has opened the request yet."))
    if space.openings:
        yield _access_table(_("By what it was opened on this site"), space.openings)


def _access_table(heading: str, accesses: Iterable[CaseAccess]) -> Table:
    return Table(
        headings=(_("When"), heading),
        rows=tuple((moment_text(access.at), access.who) for access in accesses),
        shares=(1, 2),
    )


def _mediator() -> Points:
    return Points(
        items=(
            _(
                "The citizen may turn to the Institution of the Mediator of the Kingdom at any "
                "time, whatever the state of the request."
            ),
            _(
                "The citizen does so in person: the portal does not send this file. Hand it over "
                "with copies of the documents."
            ),
            _(
                "The way to the courts stays open too. Take care: a complaint does not always "
                "stop the time limits for an appeal to a judge."
            ),
        )
    )
