"""Faults of the mail server."""

from datetime import datetime

from drills.faults.installation import Installation
from drills.faults.letters import require_letters
from drills.faults.mail_server import Mood, mail_server
from drills.faults.registry import MAX_WAIT, Trial, fault

LAG_SECONDS = 10.0
DELIVERY_SECONDS = 30.0
OLDEST_EVENT = (
    "SELECT coalesce(extract(epoch FROM now() - min(at)), 0)::float"
    " FROM register_registeroutbox WHERE at > %s"
)


@fault("mail-away", "the mail server does not listen", limit=MAX_WAIT)
def mail_away(trial: Trial) -> None:
    """Check that e-mails wait while the server is unavailable, and are sent afterwards."""
    _without_mail(trial, Mood.AWAY)


@fault("mail-refusing", "the mail server refuses everything", limit=MAX_WAIT)
def mail_refusing(trial: Trial) -> None:
    """Check that e-mails wait while the server answers with temporary errors."""
    _without_mail(trial, Mood.REFUSES)


@fault("mail-hanging", "the mail server takes connections and never answers", limit=MAX_WAIT)
def mail_hanging(trial: Trial) -> None:
    """Check that a server without answers delays e-mails but no other task."""
    _without_mail(trial, Mood.HANGS)


def _without_mail(trial: Trial, mood: Mood) -> None:
    installation = trial.installation
    with mail_server() as server, installation.site(EMAIL_URL=server.url) as site:
        server.become(mood)
        # Events that an earlier fault has left in the outbox do not count.
        ((began,),) = installation.query("SELECT now()")
        oldest = 0.0
        with trial.load(site.port, clients=3, pause=0.2):
            # The fault takes longer than the timeout of one e-mail.
            for _moment in trial.moments(every=0.5, seconds=max(trial.seconds, 14.0)):
                oldest = max(oldest, _oldest_event(installation, began))
        server.become(Mood.WORKS)
        require_letters(trial, server, seconds=DELIVERY_SECONDS)
    trial.note(f"the register was {oldest:.1f} s behind at most")
    trial.promise(oldest <= LAG_SECONDS, f"the register was {oldest:.1f} s behind")


def _oldest_event(installation: Installation, began: datetime) -> float:
    return float(installation.query(OLDEST_EVENT, [began])[0][0])
