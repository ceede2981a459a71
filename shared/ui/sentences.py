"""A part of the table of refusals that has grown long: institutions that ask for a workspace."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WORKSPACES: Mapping[str, Promise] = {
    "free_mailbox": gettext_lazy(
        "Anybody can open a mailbox there. Give the address that your institution gave you: it "
        "shows that you speak for it."
    ),
    "institution_served": gettext_lazy("This institution has a workspace already."),
    "institution_asked": gettext_lazy(
        "A request for this institution is in hand already. Speak to your colleague who sent it."
    ),
    "institution_listed": gettext_lazy(
        "An institution of that name is in the list already: choose it there."
    ),
    "mailed_code_wrong": gettext_lazy("This is not the code. Read it again in the e-mail."),
    "mailed_code_void": gettext_lazy(
        "That code is no longer good: it lasts ten minutes and five tries. Have a new one sent to "
        "you below."
    ),
    "workspace_request_not_found": gettext_lazy(
        "This link opens nothing. Take it from the latest e-mail about the request."
    ),
    "workspace_request_incomplete": gettext_lazy(
        "Something is still missing. Go through the questions again, then send."
    ),
    "workspace_request_decided": gettext_lazy(
        "This request has been decided or withdrawn meanwhile."
    ),
    "workspace_request_changed": gettext_lazy(
        "A question or an answer has come since you read this request. Read it, then decide."
    ),
    "nothing_asked": gettext_lazy("No question waits for your answer any more."),
    "agency_code_reserved": gettext_lazy(
        "This code is kept for the portal itself. Choose another one."
    ),
}
