"""Events, each with a copy of the changed object."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from fake_stripe.endpoints import Call, endpoint, listed
from fake_stripe.refusals import Json
from fake_stripe.state import API_VERSION, State


def told(state: State, name: str, row: Json, previous: Json | None = None) -> Json:
    """Record an event and queue its delivery."""
    data: Json = {"object": deepcopy(row)}
    if previous is not None:
        data["previous_attributes"] = previous
    event = state.add(
        "event",
        api_version=API_VERSION,
        data=data,
        pending_webhooks=1,
        request=dict(state.request),
        type=name,
    )
    state.deliveries[event["id"]] = {
        "event": event["id"], "type": name, "state": "waiting", "attempts": 0, "next_at": 0.0,
        "answers": [],
    }  # fmt: skip
    return event


@contextmanager
def changing(state: State, row: Json, name: str) -> Iterator[Json]:
    """Yield the object to change; if the block changes it, record an event with the old values."""
    before = deepcopy(row)
    yield row
    previous = {key: before.get(key) for key in {*row, *before} if row.get(key) != before.get(key)}
    if previous:
        told(state, name, row, previous)


@endpoint("GET", "/v1/events", "type types delivery_success", paging=True)
def event_list(call: Call) -> Json:
    """Return the stored events, newest first."""
    one = call.params.text("type")
    types = call.params.texts("types") or ([one] if one else [])
    rows = [row for row in call.state.all("event") if not types or row["type"] in types]
    if call.params.has("delivery_success"):
        wanted = call.params.flag("delivery_success")
        rows = [row for row in rows if (row["pending_webhooks"] == 0) == wanted]
    return listed(call, rows, url="/v1/events")


@endpoint("GET", "/v1/events/{id}")
def event_retrieve(call: Call) -> Json:
    """Return one event."""
    return call.state.get("event", call.id)
