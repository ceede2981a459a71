"""Faults of keys, memory and releases."""

import resource
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from secrets import token_urlsafe
from time import sleep
from urllib.parse import urlsplit

from drills.faults.attachments import file_with_attachment
from drills.faults.file_faults import signed_in
from drills.faults.installation import Installation
from drills.faults.load import Load, ask, filing
from drills.faults.registry import Trial, fault
from tests.support.samples import TEXT

NEXT = "drills.faults.next_release"
MEGABYTE = 1024 * 1024
# This memory is enough for a request without files, but not for a request with a large file.
ROOM = 48 * MEGABYTE
LARGE = TEXT * (12 * MEGABYTE // len(TEXT))


@fault("secret-key-swapped", "SECRET_KEY is another one after a restart")
def secret_key_swapped(trial: Trial) -> None:
    """Check that sessions and signed links become invalid, and that requests are found."""
    installation = trial.installation
    organisation = installation.organisations[0]
    with installation.site() as site:
        load = trial.by_hand(site.port)
        key = f"{load.run}-filed"
        receipt = load.file(key, filing(key, organisation)).content
        officer = signed_in(site.port, organisation)
        address = urlsplit(str(receipt["receipt_url"])).path
        before = ask(site.port, address).status
        trial.promise(before == 200, f"a receipt is answered {before}")
    with installation.site(SECRET_KEY=token_urlsafe(50)) as site:
        officer.port = site.port
        page = officer.get("/")
        trial.promise(
            page.status == 200 and officer.path.startswith("/accounts/login/"),
            f"an old session opens {officer.path} ({page.status})",
        )
        status = ask(site.port, address).status
        trial.note(f"the old address of a receipt is answered {status}")
        trial.promise(status in (302, 404, 410), f"an old address is answered {status}")
        status = _look_up(site.port, receipt, key)
        trial.promise(status == 200, f"a request is looked up with {status}")
        trial.by_hand(site.port).file(key, filing(key, organisation))


@fault("lookup-key-swapped", "LOOKUP_KEY is another one after a restart, then the first again")
def lookup_key_swapped(trial: Trial) -> None:
    """Check that requests are found with the right LOOKUP_KEY only."""
    installation = trial.installation
    organisation = installation.organisations[0]
    with installation.site() as site:
        load = trial.by_hand(site.port)
        key = f"{load.run}-filed"
        receipt = load.file(key, filing(key, organisation)).content
    with installation.site(LOOKUP_KEY=token_urlsafe(50)) as site:
        status = _look_up(site.port, receipt, key)
        trial.note(f"with another LOOKUP_KEY a request is looked up with {status}")
        trial.promise(status == 404, f"a request is looked up with {status}")
        with trial.load(site.port, clients=2):
            sleep(1)
    with installation.site() as site:
        status = _look_up(site.port, receipt, key)
        trial.promise(status == 200, f"with the first key a request is looked up with {status}")
        trial.by_hand(site.port).file(key, filing(key, organisation))


@fault("vault-key-swapped", "VAULT_KEY is another one, with and without VAULT_KEY_PREVIOUS")
def vault_key_swapped(trial: Trial) -> None:
    """Check that ``seal_parties`` encrypts the parties again with a new key.

    The command must refuse to run without the former key.
    """
    installation = trial.installation
    former, second = installation.keys["VAULT_KEY"], token_urlsafe(50)
    with installation.site() as site:
        load = trial.by_hand(site.port)
        for number in range(3):
            key = f"{load.run}-{number}"
            body = filing(key, installation.organisations[0], privacy="confidential")
            load.file(key, body)
    refusal = ""
    try:
        installation.manage(["seal_parties"], VAULT_KEY=second)
    except RuntimeError as failure:
        refusal = str(failure).splitlines()[-1]
    trial.promise(refusal, "identities are sealed anew without the key that opens them")
    trial.note(f"without the former key seal_parties ends with {refusal[-80:]}")
    told = installation.manage(["seal_parties"], VAULT_KEY=second, VAULT_KEY_PREVIOUS=former)
    trial.note(told.strip())
    # A change back to the first key works only if the second key decrypts all parties.
    told = installation.manage(["seal_parties"], VAULT_KEY=former, VAULT_KEY_PREVIOUS=second)
    trial.note(f"and back: {told.strip()}")


@fault("memory-limit", "the web processes may take little more memory than they have")
def memory_limit(trial: Trial) -> None:
    """Send large files to processes with little memory; no acknowledged filing may be lost."""
    installation = trial.installation
    # With DEMO=1, a process would load libraries for files only at the first file. With DEMO=0, a
    # process refuses the demonstration's authenticator keys, so the keys are deleted.
    installation.query("DELETE FROM public.mfa_authenticator")
    with installation.site(workers=1, DEMO="0") as site:
        for pid in site.web_processes():
            _limit(pid)
        load = trial.by_hand(site.port)
        with trial.load(site.port, clients=3):
            for _moment in trial.moments(every=1.0):
                _send_large(load, installation)
    trial.note(f"requests with 12 MB: {dict(load.statuses)}")


@fault("two-releases", "processes of this release and of the next one, on the tables of the next")
def two_releases(trial: Trial) -> None:
    """Run the old release during the migration, then both releases at the same time."""
    installation = trial.installation
    with installation.site() as old, trial.load(old.port, clients=3) as load:
        installation.manage(
            ["migrate_schemas", "--shared", "--verbosity=0"],
            ["migrate_agencies"],
            DJANGO_SETTINGS_MODULE=NEXT,
        )
        during = load.statuses.copy()
        with (
            installation.site(DJANGO_SETTINGS_MODULE=NEXT) as new,
            trial.load(new.port, clients=3) as other,
        ):
            sleep(trial.seconds)
        trial.promise(other.acknowledged, "the new release files nothing")
    trial.note(f"answered by the old release during the migration: {dict(during)}")
    trial.promise(set(load.statuses) <= {201}, f"the old release answers {dict(load.statuses)}")
    ((columns,),) = installation.query(
        "SELECT count(*) FROM information_schema.columns"
        " WHERE table_name = 'mail_mail' AND column_name = 'note'"
    )
    trial.promise(columns > len(installation.schemas()), f"{columns} schemas have the new column")


def _look_up(port: int, receipt: dict[str, object], key: str) -> int:
    body = f'{{"reference": "{receipt["reference"]}", "email": "{key}@example.org"}}'.encode()
    headers = {"Content-Type": "application/json"}
    return ask(port, "/api/v1/tracking/", method="POST", body=body, headers=headers).status


def _limit(pid: int) -> None:
    size = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_AS, (size + ROOM, size + ROOM))


def _send_large(load: Load, installation: Installation) -> None:
    def send(number: int) -> None:
        key = f"{load.run}-{number}-{token_urlsafe(4)}"
        file_with_attachment(load, key, installation.organisations[0], LARGE, name="t.txt")

    with ThreadPoolExecutor(3) as clients:
        list(clients.map(send, range(3)))
