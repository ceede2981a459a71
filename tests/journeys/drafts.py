"""A request that is answered without its pages being looked at: the short way to one of them.

Other tests walk the whole journey; one that looks at a single page need not walk to it.
"""

import re
from collections.abc import Mapping

from playwright.sync_api import BrowserContext

from tests.journeys.site import Site

Answers = Mapping[str, str]

BODY = "J’ai attendu sept heures aux urgences sans qu’un médecin me voie."
JOURNEY: Mapping[str, Answers] = {
    "": {"kind": "complaint"},
    "organisation/": {"organisation": "health"},
    "admissibility/": {"declarations": "none"},
    "what-happened/": {"category": "other", "subject": "Attente aux urgences", "body": BODY},
    "when-and-where/": {},
    "what-you-ask/": {"remedy": "Un second médecin de garde"},
    "files/": {},
    "privacy/": {"privacy": "named"},
    "about-you/": {
        "party_kind": "person",
        "name": "Personne Essai",
        "email": "rangees@example.org",
    },
    "check/": {},
}


def drafted(
    context: BrowserContext,
    site: Site,
    *,
    language: str,
    until: str,
    changes: Mapping[str, Answers] | None = None,
) -> str:
    """The address of the page ``until``, all before it answered as usual or with ``changes``.

    The visitor's cookies are those of the browser's pages. An answer that is not taken is a fault.
    """
    start = site.url(f"/{language}/submit/")
    page = context.request.get(start).text()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    for path, usual in JOURNEY.items():
        if path == until:
            return start + until
        answers = {**usual, **(changes or {}).get(path, {})}
        taken = context.request.post(
            start + path,
            form={"language": language, **answers, "csrfmiddlewaretoken": token},
            headers={"Origin": site.url("").rstrip("/")},
            max_redirects=0,
        )
        assert taken.status == 302, f"{path} was not taken: {taken.status} {taken.text()}"
    raise ValueError(f"no page {until}")
