"""E-mails about a workspace request, and the address of its page."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from public_portal.workspace_requests.models import WorkspaceRequest
from public_portal.workspace_requests.selectors.requests import request_token
from shared.mail import tasks
from shared.ui.links import portal_url
from tenants.case_access.services.tokens import token_digest

CODE, RECEIVED, QUESTION = "workspace_code", "workspace_received", "workspace_question"
APPROVED, REFUSED, WITHDRAWN = "workspace_approved", "workspace_refused", "workspace_withdrawn"
LETTERS = (CODE, RECEIVED, QUESTION, APPROVED, REFUSED, WITHDRAWN)


def request_mail_queue(
    row: WorkspaceRequest, letter: str, *, life: timedelta | None = None, **context: str
) -> None:
    """Queue an e-mail of the kind ``letter`` to the institution, in the request's language.

    ``life`` is the time for which the code in the e-mail is valid.
    """
    tasks.mail_queue(to=row.email, letter=letter, language=row.language, context=context, life=life)


def request_address(row: WorkspaceRequest) -> str:
    """Return the secret address of a request's page.

    If the server's secret key has changed, the former addresses of the page become void.
    """
    token = request_token(row.pk)
    if bytes(row.token_digest) != token_digest(token):
        row.token_digest = token_digest(token)
        row.save(update_fields=["token_digest"])
    with override(row.language):
        path = reverse(
            "workspace_requests:show-request", args=[token], urlconf=settings.PUBLIC_SCHEMA_URLCONF
        )
    return f"{portal_url()}{path}"
