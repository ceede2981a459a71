"""Permissions of roles, without queries, and decorators for the pages of national oversight."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse

from shared.accounts.enums import STAFF_ROLES, Role
from shared.forms.expired_session_input import input_of_unjudged
from shared.forms.views import sign_in_first
from shared.kernel import clock
from shared.kernel.actors import Actor, ActorKind

if TYPE_CHECKING:
    # The import is only for types, because models are a higher layer than permissions.
    from shared.accounts.models import User

Rest = ParamSpec("Rest")
PlainView = TypeVar("PlainView", bound=Callable[..., HttpResponseBase])


class OversightRequest(HttpRequest):
    """A request by an analyst or an operator of national oversight."""

    user: "User"
    actor: Actor


View = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]
OversightView = Callable[Concatenate[OversightRequest, Rest], HttpResponseBase]


def may_work(role: str) -> bool:
    """Return whether a role may open the console and answer cases."""
    return role in STAFF_ROLES


def may_assign(role: str) -> bool:
    """Return whether a role may assign a case to somebody else."""
    return role in (Role.SUPERVISOR, Role.ADMINISTRATOR)


def may_administer(role: str) -> bool:
    """Return whether a role may manage the staff and the agency's settings."""
    return role == Role.ADMINISTRATOR


def may_oversee(role: str) -> bool:
    """Return whether a role may open national oversight's pages."""
    return role == Role.ANALYST


def may_operate(role: str) -> bool:
    """Return whether a role may suspend, move, bill, export and destroy workspaces."""
    return role == Role.OPERATOR


def may_view_agencies(role: str) -> bool:
    """Return whether a role may see all workspaces and decide on workspace requests."""
    return role in (Role.ANALYST, Role.OPERATOR)


def may_sign_in_at(role: str, *, citizens: bool) -> bool:
    """Return whether a role may sign in: citizens at the citizens' site only, others elsewhere."""
    return (role == Role.CITIZEN) == citizens


def is_citizens_site(request: HttpRequest) -> bool:
    """Return whether a request came to the citizens' site."""
    # The host's middleware is in a higher package, so its attribute is read without a type.
    return getattr(request, "urlconf", "") == settings.PUBLIC_SCHEMA_URLCONF


def citizen_id(request: HttpRequest) -> int | None:
    """Return the id of the signed-in citizen; ``None`` for anybody else."""
    user = request.user
    return user.pk if user.is_authenticated and user.role == Role.CITIZEN else None


def oversight_required(view: OversightView[Rest]) -> View[Rest]:
    """Require a signed-in analyst of national oversight; other accounts get status 403."""
    return _national(view, may_oversee)


def operator_required(view: OversightView[Rest]) -> View[Rest]:
    """Require a signed-in operator of the platform; other accounts get status 403."""
    return _national(view, may_operate)


def national_required(view: OversightView[Rest]) -> View[Rest]:
    """Require a signed-in analyst or operator; other accounts get status 403."""
    return _national(view, may_view_agencies)


def recent_proof_required(page: str = "", *kept: str) -> Callable[[PlainView], PlainView]:
    """Return a decorator that requires password or code again if the last proof is too old.

    Put the decorator below the decorator that checks the role. After the proof, the user returns to
    the same address. For an address that accepts only forms, ``page`` names the page with the form,
    and ``kept`` the URL arguments that this page needs too.
    """

    def decorate(view: PlainView) -> PlainView:
        @wraps(view)
        def guarded(request: Any, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if _is_proof_recent(request):
                return view(request, *args, **kwargs)
            shown = reverse(page, kwargs={name: kwargs[name] for name in kept}) if page else ""
            return redirect_to_login(
                input_of_unjudged(request) or shown or request.path,
                resolve_url("account_reauthenticate"),
            )

        return cast(PlainView, guarded)

    return decorate


def _is_proof_recent(request: HttpRequest) -> bool:
    after = clock.timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(
        float(one["at"]) > after for one in get_authentication_records(request, request.user)
    )


def is_second_step_needed(request: HttpRequest) -> bool:
    """Return whether staff of this site must give a code besides the password."""
    return getattr(request, "urlconf", "") == settings.OVERSIGHT_URLCONF or bool(
        getattr(getattr(request, "agency", None), "needs_second_step", False)
    )


def has_second_proof(request: HttpRequest) -> bool:
    """Return whether the user has given a code of the second step in this session."""
    return any(one["method"] == "mfa" for one in get_authentication_records(request, request.user))


def _national(view: OversightView[Rest], may: Callable[[str], bool]) -> View[Rest]:
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            return sign_in_first(request, entrance=settings.LOGIN_URL)
        if not may(user.role):
            raise PermissionDenied
        known = cast(OversightRequest, request)
        known.actor = Actor(kind=ActorKind.OVERSIGHT, label=user.name, user_id=user.pk)
        return view(known, *args, **kwargs)

    return guarded
