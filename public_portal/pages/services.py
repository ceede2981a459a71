"""The data of the status page, for each part of the service."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils.translation import get_language, gettext as _, ngettext

from public_portal.pages.types import ServicePart, ServiceState
from shared.files.scanner import scanner_state
from shared.jobs.models import WorkerBeat
from shared.jobs.services.task_queue import DEAD_AFTER
from shared.kernel import clock
from shared.mail.types import MailHealth
from shared.register.models import RegisterOutbox
from shared.ui.types import Tone
from tenants.agencies.types import AgencyInfo
from tenants.fleet.services.health.agency_list import agencies_unreachable
from tenants.fleet.services.health.summary import mail_health
from tenants.isolation.cluster import node_states

# If an e-mail waits longer than this time, the page shows that e-mails are late.
LATE_LETTER = timedelta(minutes=10)
# The largest count of administrations that the page names if their server does not answer.
MOST_NAMED = 10


def service_state() -> ServiceState:
    """Return the state of every part of the service. Raises ``DatabaseError``."""
    worker = _worker()
    return ServiceState(
        as_of=clock.now(),
        parts=(_requests(), worker, _figures(worker.tone), _letters(), *_scanner()),
    )


def _requests() -> ServicePart:
    # The database (in a cluster the coordinator) answers, because the page was opened. So only
    # nodes of a cluster can be unreachable.
    agencies = agencies_unreachable()
    silent = [one.silent_seconds for one in node_states() if one.silent_seconds is not None]
    return ServicePart(
        name=_("Requests and answers"),
        tone=Tone.BAD if agencies else Tone.OK,
        words=" ".join(_silence_said(agencies))
        if agencies
        else _("Requests can be sent, tracked and answered."),
        since=clock.now() - timedelta(seconds=max(silent)) if agencies and silent else None,
    )


def _silence_said(agencies: Sequence[AgencyInfo]) -> Iterable[str]:
    names = [agency.name(get_language() or "ar") for agency in agencies[:MOST_NAMED]]
    yield ngettext(
        "The server of %(count)d administration does not answer: %(names)s.",
        "The server of %(count)d administrations does not answer: %(names)s.",
        len(agencies),
    ) % {"count": len(agencies), "names": _(", ").join(names)}
    if more := len(agencies) - len(names):
        yield ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more}
    yield _("What is sent to them is kept. All others can be written to as usual.")


def _worker() -> ServicePart:
    last = WorkerBeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    is_alive = last is not None and clock.now() - last <= DEAD_AFTER
    working = _("Letters, figures and other work in the background are being done.")
    resting = _("Work in the background has stopped: e-mails and figures wait. Nothing is lost.")
    return ServicePart(
        name=_("Work in the background"),
        tone=Tone.OK if is_alive else Tone.BAD,
        words=working if is_alive else resting,
        since=last,
    )


def _figures(worker: Tone) -> ServicePart:
    waiting = RegisterOutbox.objects.count()
    return ServicePart(
        name=_("Public figures"),
        tone=Tone.WARN if waiting and worker is not Tone.OK else Tone.OK,
        words=ngettext(
            "%(count)d event waits to be counted.", "%(count)d events wait to be counted.", waiting
        )
        % {"count": waiting}
        if waiting
        else _("Everything that happened is counted."),
        since=None,
    )


def _letters() -> ServicePart:
    mail_state = mail_health()
    said = list(_letters_said(mail_state))
    is_late = mail_state.oldest_at is not None and clock.now() - mail_state.oldest_at > LATE_LETTER
    tone = Tone.WARN if is_late or mail_state.failed else Tone.OK
    return ServicePart(
        name=_("Letters by e-mail"),
        tone=Tone.BAD if mail_state.paused_since else tone,
        words=" ".join(said) if said else _("Every e-mail has been sent."),
        since=mail_state.oldest_at or mail_state.paused_since,
    )


def _letters_said(mail_state: MailHealth) -> Iterable[str]:
    if mail_state.paused_since:
        yield _("The mail server does not answer. Letters are kept and sent later.")
    if mail_state.waiting:
        yield ngettext(
            "%(count)d e-mail waits to be sent.",
            "%(count)d e-mails wait to be sent.",
            mail_state.waiting,
        ) % {"count": mail_state.waiting}
    if mail_state.failed:
        yield ngettext(
            "%(count)d e-mail could not be delivered.",
            "%(count)d e-mails could not be delivered.",
            mail_state.failed,
        ) % {"count": mail_state.failed}


def _scanner() -> tuple[ServicePart, ...]:
    state = scanner_state()
    # An installation without a scanner has no such part of the service.
    if state == "none":
        return ()
    checking = _("Files that are sent are checked for viruses at once.")
    waiting = _("Files can be sent; they can be opened once they have been checked.")
    is_up = state == "up"
    return (
        ServicePart(
            name=_("Virus scanner"),
            tone=Tone.OK if is_up else Tone.WARN,
            words=checking if is_up else waiting,
            since=None,
        ),
    )
