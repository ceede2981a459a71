"""Faults of attachments and of the cache."""

from drills.faults.attachments import Case, file_with_attachment
from drills.faults.browser import Browser
from drills.faults.load import ask
from drills.faults.registry import Trial, fault

PAGES = ("/fr/", "/fr/track/", "/fr/statistics/", "/fr/answers/", "/fr/submit/", "/fr/status/")
STAFF_PASSWORD = "insaf-demo-2026"


@fault("file-missing", "an attachment is not on the disk any more")
def file_missing(trial: Trial) -> None:
    """Check that the case opens without the file, and that a request for the file is refused."""
    installation = trial.installation
    with installation.site() as site:
        load = trial.by_hand(site.port)
        answer = file_with_attachment(load, f"{load.run}-file", installation.organisations[0])
        case = Case(trial, site.port, answer)
        trial.promise(case.opened().status == 200, "the case does not open")
        before = case.read_by_citizen().status
        trial.promise(before == 200, f"a file that is there is answered {before}")
        (installation.media / case.path).unlink()
        status = case.read_by_citizen().status
        trial.note(f"a citizen is answered {status}")
        trial.promise(400 <= status < 500, f"a citizen is answered {status}")
        trial.promise(case.opened().status == 200, "the case does not open without its file")
        officer = signed_in(site.port, installation.organisations[0])
        shown = officer.get(f"/cases/{case.reference}/").status
        trial.promise(shown == 200, f"the case is answered {shown} to an officer")
        status = officer.get(f"/cases/{case.reference}/files/{case.attachment}/").status
        trial.note(f"an officer is answered {status}")
        trial.promise(400 <= status < 500, f"an officer is answered {status}")


@fault("cache-gone", "the table of the cache is emptied, then gone")
def cache_gone(trial: Trial) -> None:
    """Check that filing, tracking, pages and sign-in work without a cache table."""
    installation = trial.installation
    with installation.site() as site, trial.load(site.port, clients=3):
        for _moment in trial.moments(every=0.5, seconds=trial.seconds / 3):
            installation.query("TRUNCATE public.cache")
        installation.query("ALTER TABLE public.cache RENAME TO cache_gone")
        try:
            for path in PAGES:
                status = ask(site.port, path).status
                trial.promise(status == 200, f"{path} is answered {status}")
            officer = Browser(site.port, f"{installation.organisations[0]}.localhost")
            page = officer.get("/accounts/login/")
            trial.promise(page.status == 200, f"the sign-in page is answered {page.status}")
            status = sign_in(officer, installation.organisations[0])
            trial.note(f"signing in without the table is answered {status}")
            trial.promise(status != 500, f"signing in is answered {status}")
        finally:
            installation.query("ALTER TABLE public.cache_gone RENAME TO cache")


def signed_in(port: int, agency: str) -> Browser:
    """Return a browser with a signed-in officer."""
    browser = Browser(port, f"{agency}.localhost")
    status = sign_in(browser, agency)
    if status != 200:
        raise RuntimeError(f"signing in is answered {status}")
    return browser


def sign_in(browser: Browser, agency: str) -> int:
    """Sign in as an officer; return the HTTP status of the next page."""
    email = f"agent@{agency}.example"
    return browser.post("/accounts/login/", login=email, password=STAFF_PASSWORD).status
