"""A refused form is a redirect: the test client goes where a browser would go."""

from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from shared.ui.form_keys import PARAMETER

post_only = Client.post


def follow_refused_forms() -> None:
    """Let ``Client.post`` return the page that shows a refused form; ``is_refused`` tells it."""
    Client.post = _post_and_show  # type: ignore[assignment, method-assign]


def is_refused(page: HttpResponseBase) -> bool:
    """Whether a form was sent and refused, and this is the page that shows it again."""
    return bool(getattr(page, "is_refused", False)) and page.status_code == 200


def _post_and_show(self: Client, path: str, *args: Any, **options: Any) -> Any:
    headers = options.get("headers")
    answer = post_only(self, path, *args, **options)
    follows = options.get("follow", False)
    while not follows and answer.status_code in (302, 303):
        target = answer["Location"]
        if f"{PARAMETER}=" not in target.partition("next=")[0]:
            break
        answer = self.get(target, headers=headers)
        answer.is_refused = True
    return answer
