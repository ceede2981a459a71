"""The routes of the API: each function declares its address and the parameters that it accepts."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from fake_stripe.form_parameters import COMMON, DATES, PAGING, Params
from fake_stripe.refusals import Json, invalid, no_such
from fake_stripe.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An API request with its parameters and the identifiers in its path."""

    state: State
    params: Params
    id: str = ""
    inner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An address of the API and the function that answers it."""

    method: str
    path: str
    pattern: re.Pattern[str]
    known: frozenset[str]
    answer: Callable[[Call], Json]


ROUTES: list[Route] = []
Answer = Callable[[Call], Json]


def endpoint(
    method: str, path: str, *known: str, paging: bool = False, dated: bool = True
) -> Callable[[Answer], Answer]:
    """Return a decorator that registers a function for an address of the API.

    ``known`` has the names of the accepted parameters, separated by spaces. ``paging`` adds the
    parameters of a list, and ``dated`` the filter by creation time.
    """
    names = {*(() if method == "DELETE" else COMMON), *" ".join(known).split()}
    if paging:
        names |= {*PAGING, *(DATES if dated else ())}
    pattern = path.replace("{id}", r"(?P<id>[^/]+)").replace("{inner}", r"(?P<inner>[^/]+)")

    def placed(function: Answer) -> Answer:
        ROUTES.append(
            Route(
                method=method, path=path, pattern=re.compile(pattern), known=frozenset(names),
                answer=function,
            )
        )  # fmt: skip
        return function

    return placed


def listed(call: Call, rows: list[Json], *, url: str) -> Json:
    """Return one page of ``rows`` as a list object of Stripe, newest row first."""
    rows = [row for row in reversed(rows) if _in_time(row, call.params)]
    limit = call.params.number("limit", least=1)
    limit = 10 if limit is None else limit
    if limit > 100:
        raise invalid("Invalid limit: must be at most 100", param="limit")
    after, before = call.params.text("starting_after"), call.params.text("ending_before")
    if after:
        rows = rows[_place(rows, after, "starting_after") + 1 :]
    if before:
        rows = rows[: _place(rows, before, "ending_before")]
        return enveloped(rows[-limit:], url=url, more=len(rows) > limit)
    return enveloped(rows[:limit], url=url, more=len(rows) > limit)


def enveloped(rows: list[Json], *, url: str, more: bool = False) -> Json:
    """Return a list object of Stripe with ``rows`` as its data."""
    return {"object": "list", "data": deepcopy(rows), "has_more": more, "url": url}


def _place(rows: list[Json], identity: str, param: str) -> int:
    for place, row in enumerate(rows):
        if row["id"] == identity:
            return place
    raise no_such("object", identity, param=param)


def _in_time(row: Json, params: Params) -> bool:
    at = row["created"] if "created" in row else row["date"]
    exact = params.number("created") if isinstance(params.tree.get("created"), str) else None
    bounds = {name: params.number(f"created.{name}") for name in ("gt", "gte", "lt", "lte")}
    tests = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return exact in (None, at) and all(
        tests[name](value) for name, value in bounds.items() if value is not None
    )


def expanded(state: State, answer: Json, paths: list[str]) -> Json:
    """Return a copy of the answer in which the identifiers at ``paths`` are objects."""
    answer = deepcopy(answer)
    for path in paths:
        _expand(state, answer, path.split("."), path)
    return answer


def _expand(state: State, here: Any, parts: list[str], path: str) -> None:
    if isinstance(here, list):
        for one in here:
            _expand(state, one, parts, path)
        return
    if here is None:
        return
    first, *rest = parts
    if not isinstance(here, dict) or (first not in here and not _included(state, here, first)):
        raise invalid(f"This property cannot be expanded ({path}).", param="expand[0]")
    if isinstance(here[first], str):
        found = state.find(here[first])
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand[0]")
        here[first] = deepcopy(found)
    if rest:
        _expand(state, here[first], rest, path)


def _included(state: State, here: Json, name: str) -> bool:
    """Add an optional list to an object; return whether the object can have this list."""
    kind, field, url = INCLUDABLE.get((here.get("object"), name), ("", "", ""))
    if not kind:
        return False
    rows = state.all(kind, **{field: here["id"]})
    here[name] = enveloped(rows, url=url.format(here["id"]))
    return True


INCLUDABLE: dict[tuple[Any, str], tuple[str, str, str]] = {
    ("customer", "subscriptions"): ("subscription", "customer", "/v1/subscriptions?customer={}"),
    ("customer", "tax_ids"): ("tax_id", "customer", "/v1/customers/{}/tax_ids"),
    ("invoice", "payments"): ("invoice_payment", "invoice", "/v1/invoice_payments?invoice={}"),
    ("charge", "refunds"): ("refund", "charge", "/v1/charges/{}/refunds"),
}
