"""The automatic changes of objects, made in the order of their due times."""

from collections.abc import Callable, Iterator
from functools import partial

from fake_stripe import billing, checkout, subscription_lifecycle
from fake_stripe.events import told
from fake_stripe.refusals import Json
from fake_stripe.state import DAY, State

Due = tuple[int, str, Callable[[], None]]
# The maximum count of changes in one call; years of renewals are only hundreds of changes, so
# more changes mean an endless loop.
MOST = 20_000
RUNNING = ("active", "past_due", "trialing", "unpaid")


def catch_up(state: State) -> int:
    """Make all due changes; return the count of changes."""
    until, done = state.now(), 0
    try:
        while due := min(_due(state), key=lambda one: one[:2], default=None):
            if due[0] > until:
                break
            # Objects made by this change get the change's due time as their creation time.
            state.pinned = due[0]
            due[2]()
            done += 1
            if done > MOST:
                raise RuntimeError(f"time does not get past {due[1]}")
    finally:
        state.pinned = None
    return done


def _due(state: State) -> Iterator[Due]:
    for session in state.all("checkout.session", status="open"):
        yield session["expires_at"], session["id"], partial(checkout.expired, state, session)
    for row in state.rows["subscription"].values():
        yield from _of_subscription(state, row)
    for row in state.rows["invoice"].values():
        yield from _of_invoice(state, row)


def _of_subscription(state: State, row: Json) -> Iterator[Due]:
    identity = row["id"]
    if row["status"] == "incomplete":
        at = row["created"] + subscription_lifecycle.INCOMPLETE_SECONDS
        yield at, identity, lambda: subscription_lifecycle.never_begun(state, row)
    if row["status"] not in RUNNING:
        return
    end = row["items"]["data"][0]["current_period_end"]
    if row["cancel_at"] and row["cancel_at"] < end:
        reason = "cancellation_requested"
        yield row["cancel_at"], identity, lambda: billing.ended(state, row, reason=reason)
    if row["status"] == "trialing" and f"{identity} warned" not in state.marks:
        yield end - 3 * DAY, identity, lambda: _trial_ends(state, row)
    yield end, identity, lambda: subscription_lifecycle.renewed(state, row)


def _trial_ends(state: State, row: Json) -> None:
    state.marks[f"{row['id']} warned"] = state.now()
    told(state, "customer.subscription.trial_will_end", row)


def _of_invoice(state: State, row: Json) -> Iterator[Due]:
    identity = row["id"]
    if row["status"] == "draft" and row["automatically_finalizes_at"]:
        yield row["automatically_finalizes_at"], identity, lambda: _finalized(state, row)
    if row["status"] != "open":
        return
    if row["next_payment_attempt"]:
        yield row["next_payment_attempt"], identity, lambda: _tried_again(state, row)
    if row["due_date"] and row["collection_method"] == "send_invoice":
        if f"{identity} overdue" not in state.marks:
            yield row["due_date"], identity, lambda: _overdue(state, row)
        elif f"{identity} lost" not in state.marks:
            at = row["due_date"] + state.settings["overdue_days"] * DAY
            yield at, identity, lambda: _lost(state, row)


def _finalized(state: State, row: Json) -> None:
    subscription = billing.subscription_of(state, row)
    if subscription and (pause := subscription["pause_collection"]):
        _kept_back(state, row, pause["behavior"])
        return
    billing.finalized(state, row)
    if row["status"] == "paid":
        return
    if row["collection_method"] == "send_invoice":
        billing.sent(state, row)
    else:
        billing.charged(state, row)


def _kept_back(state: State, row: Json, behaviour: str) -> None:
    row["automatically_finalizes_at"], row["auto_advance"] = None, False
    if behaviour != "keep_as_draft":
        billing.finalized(state, row)
        if row["status"] == "open":
            billing.voided(state, row)


def _tried_again(state: State, row: Json) -> None:
    row["next_payment_attempt"] = None
    billing.charged(state, row)


def _overdue(state: State, row: Json) -> None:
    state.marks[f"{row['id']} overdue"] = state.now()
    billing.overdue(state, row)


def _lost(state: State, row: Json) -> None:
    state.marks[f"{row['id']} lost"] = state.now()
    if subscription := billing.subscription_of(state, row):
        billing.in_arrears(state, subscription, row, finally_so=True)
