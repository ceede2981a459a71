"""Who may read the pages of national oversight."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from shared.accounts.permissions import may_oversee

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def oversight_required(view: View[Rest]) -> View[Rest]:
    """Sign in first; then 403 for everybody but national oversight."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.user.is_authenticated or not may_oversee(request.user.role):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
