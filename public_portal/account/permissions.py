"""Decorators that require a sign-in or a recent proof of identity for account pages.

Without the proof, somebody who finds an unlocked telephone could take over or copy the account.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from shared.accounts.models import User
from shared.forms.views import sign_in_first
from shared.kernel import clock

# The time for which a proof of identity is enough.
FRESH_SECONDS = 10 * 60

P = ParamSpec("P")


class CitizenRequest(HttpRequest):
    """An HTTP request of a citizen who is signed in."""

    user: User


View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CitizenView = Callable[Concatenate[CitizenRequest, P], HttpResponse]


def citizen_required(view: CitizenView[P]) -> View[P]:
    """Require a sign-in for a view; only citizens can be signed in on the citizens' site."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            start = reverse("account:list-complaints")
            return sign_in_first(request, entrance="account_login", start=start)
        return view(cast(CitizenRequest, request), *args, **kwargs)

    return guarded


def fresh_proof_required(view: CitizenView[P]) -> View[P]:
    """Require for a view a sign-in or a code by e-mail in the last ten minutes."""
    return citizen_required(_after_proof(view, anew=False))


def new_proof_required(view: CitizenView[P]) -> View[P]:
    """Require for a view a code by e-mail after the sign-in, in the last ten minutes."""
    return citizen_required(_after_proof(view, anew=True))


def _after_proof(view: CitizenView[P], *, anew: bool) -> CitizenView[P]:
    @wraps(view)
    def guarded(request: CitizenRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if _has_proved(request, anew=anew):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account:prove')}?{urlencode({'next': request.path})}")

    return guarded


def _has_proved(request: CitizenRequest, *, anew: bool) -> bool:
    since = clock.timestamp() - FRESH_SECONDS
    return any(
        record["at"] >= since and (not anew or record.get("reauthenticated"))
        for record in get_authentication_records(request, request.user)
    )
