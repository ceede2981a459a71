"""What may happen to a request: derived from the kinds of events, the addresses and the tasks.

An act is a kind of event; what leaves no event has a name in ``SILENT``. Each address that takes a
POST and each task says which acts it does: the suite fails where one says nothing.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.complaints.enums import ESCALATION_EVENTS, EventKind
from tests.all_forms.addresses import addresses
from tests.architecture.citations import ROOT
from tests.architecture.test_rules import SOURCES

# The steps of one act: the upkeep brings a late reply on, by whichever is due.
ESCALATED = "escalated"
_ESCALATIONS = frozenset(str(kind) for kind in ESCALATION_EVENTS)
# Acts without an event: what they do, to whoever reads the table.
SILENT: Mapping[str, str] = {
    "case_read": "an officer opens the case, which the log and the citizen's page say",
    "case_put_aside": "an officer takes the case off the own lists until a day",
    "text_saved": "a text of an officer is kept as a draft, with its files",
    "text_pressed": "a text leaves in ten seconds",
    "text_taken_back": "a draft is taken back or discarded",
    "account_keeps": "an account keeps the request",
    "account_leaves": "an account lets the request go, or is erased",
    "account_moves": "the address of the account that keeps the request changes",
    "agency_closed": "the agency that holds the request, or another, is suspended and opened again",
    "oversight_read": "national oversight reads the case while it has to decide",
    "both_mine_said": "the citizen says on the pages of two requests that both are theirs",
    "code_replaced": "the mailbox takes a new receipt code for one that an officer has printed",
    "register_rebuilt": "the register is built anew from what agencies hold",
}

E = EventKind
# Of whole rooms no address does anything to a request that exists: why.
APART: Mapping[str, str] = {
    "account_": "sign-in of staff", "mfa_": "sign-in of staff",
    "staff_sessions:": "sign-in of staff",
    "set_language": "a cookie", "demo-sign-in": "a session",
    "typed-input": "what somebody types, kept in their session",
    "account:": "sign-in, passkeys and sessions of a citizen",
    "billing:": "payments", "plan:": "payments",
    "workspace_requests:": "an institution asks for a workspace",
    "workspace_review:": "oversight answers an institution",
    "articles:": "questions and answers", "knowledge_base:": "questions and answers",
    "holidays:": "the calendar: days are computed whenever they are read",
    "intake:": "an unfinished form: no request yet",
    "agencies:": "workspaces, their bills and jobs",
    "agency_export:": "a file with all data: it changes no request",
    "reply_templates:": "texts to begin with", "labels:": "the names of labels",
    "routing:": "rules for requests to come", "setup:": "settings of the agency",
    "units:": "units and their members: rights, not cases",
    "staff:": "colleagues", "inbox:": "saved views", "bulk_actions:": "one of the acts, many times",
    "api-tracking": "opens a request: a door", "tracking:": "opens a request: a door",
    "assisted_filing:": "the form of a request to come",
}  # fmt: skip
# What these addresses do; they are looked up before the rooms above.
ADDRESS_ACTS: Mapping[str, tuple[str, ...]] = {
    "account:adopt-complaint": ("account_keeps",),
    "account:restore-complaint": ("account_keeps",),
    "account:remove-complaint": ("account_leaves",),
    "account:erase": ("account_leaves",),
    "account:change-email": ("account_moves",),
    "api-complaints": (E.RECEIVED,),
    "api-tracking-files": (E.ATTACHMENT_ADDED,),
    "api-tracking-messages": (E.MESSAGE_BY_CITIZEN,),
    "api-tracking-promise": (E.PROMISE_TOLD,),
    "api-tracking-rating": (E.RATED,),
    "api-tracking-reopen": (E.REOPENED,),
    "api-tracking-review": (E.REVIEW_ASKED,),
    "api-tracking-withdraw": (E.WITHDRAWN,),
    "intake:check-answers": (E.RECEIVED,),
    "tracking:add-attachment": (E.ATTACHMENT_ADDED,),
    "tracking:add-message": (E.MESSAGE_BY_CITIZEN,),
    "tracking:ask-review": (E.REVIEW_ASKED,),
    "tracking:change-email": (E.EMAIL_CHANGED,),
    "tracking:prove-email": (E.EMAIL_CHANGED,),
    "tracking:file-by-link": (E.RECEIVED,),
    "api-tracking-object": (E.PART_RETURNED, E.PART_JOINED),
    "tracking:object-part": (E.PART_RETURNED, E.PART_JOINED),
    "tracking:replace-code": ("code_replaced",),
    "tracking:say-both-mine": ("both_mine_said",),
    "tracking:rate-by-link": (E.RATED,),
    "tracking:rate-reply": (E.RATED,),
    "tracking:reopen-case": (E.REOPENED,),
    "tracking:tell-by-link": (E.PROMISE_TOLD,),
    "tracking:tell-promise": (E.PROMISE_TOLD,),
    "tracking:withdraw-case": (E.WITHDRAWN,),
    "agencies:change-workspace": ("agency_closed",),
    "oversight:answer-identity": (E.IDENTITY_OPENED,),
    "oversight:open-identity": (E.IDENTITY_OPENED,),
    "oversight:show-competence": (E.COMPETENCE_DECIDED, E.TRANSFERRED, E.TRANSFER_ACCEPTED),
    "oversight:show-review": (E.REVIEW_DECIDED,),
    "assisted_filing:file-request": (E.RECEIVED,),
    "casework:add-note": (E.NOTE_ADDED,),
    "casework:approve": ("text_pressed", E.APPROVED),
    "casework:ask-question": ("text_pressed", E.QUESTION_ASKED),
    "casework:assign-case": (E.ASSIGNED,),
    "casework:change-category": (E.CATEGORY_CHANGED,),
    "casework:copy-draft": ("text_saved",),
    "casework:direct-case": ("text_pressed", E.INADMISSIBLE, E.APPROVAL_ASKED),
    "casework:discard-draft": ("text_taken_back",),
    "casework:label-case": (E.LABELLED,),
    "casework:leave-case": (E.UNASSIGNED,),
    "casework:merge-case": (E.MERGED, E.MERGE_RECEIVED),
    "casework:refuse-case": ("text_pressed", E.INADMISSIBLE, E.APPROVAL_ASKED),
    "casework:return-text": (E.APPROVAL_RETURNED,),
    "casework:save-draft": ("text_saved",),
    "casework:send-interim": ("text_pressed", E.INTERIM_REPLY),
    "casework:send-message": ("text_pressed", E.MESSAGE_BY_AGENCY),
    "casework:send-reply": ("text_pressed", E.ANSWERED, E.APPROVAL_ASKED),
    "casework:take-back": ("text_taken_back", E.APPROVAL_WITHDRAWN),
    "casework:take-case": (E.ASSIGNED,),
    "casework:unmerge-case": (E.UNMERGED,),
    "casework:withdraw-question": (E.QUESTION_WITHDRAWN,),
    "dashboard:give-cases": (E.ASSIGNED, E.UNASSIGNED),
    "inbox:snooze-case": ("case_put_aside",),
    "staff:close-account": (E.ASSIGNED, E.UNASSIGNED),
    "staff:change-staff": (E.ASSIGNED, E.UNASSIGNED),
    "transfers:accept-offer": (E.TRANSFERRED, E.TRANSFER_ACCEPTED),
    "transfers:give-back": (E.PART_RETURNED, E.PART_JOINED),
    "transfers:offer-case": (E.TRANSFER_OFFERED, E.COMPETENCE_ASKED),
    "transfers:refuse-offer": (E.TRANSFER_REFUSED, E.COMPETENCE_ASKED),
    "transfers:split-case": (E.SPLIT, E.RECEIVED),
    "transfers:withdraw-offer": (E.TRANSFER_WITHDRAWN,),
    "units:add-absence": (E.ASSIGNED, E.UNASSIGNED),
    "units:change-absence": (E.ASSIGNED, E.UNASSIGNED),
    "units:end-absence": (E.ASSIGNED,),
    "units:move-case": (E.UNIT_CHANGED,),
    "units:retire-unit": (E.UNIT_CHANGED,),
}
# What each task does; ``bulk_action_run`` calls the services of these acts one by one.
TASK_ACTS: Mapping[str, tuple[str, ...]] = {
    "agency_console.bulk_actions.services.list_files.bulk_export_delete": (),
    "agency_console.bulk_actions.services.runner.bulk_action_run": (
        E.ASSIGNED, E.UNASSIGNED, E.LABELLED, E.UNIT_CHANGED, E.CATEGORY_CHANGED,
    ),
    "agency_console.casework.services.dispatch.send_draft": (
        E.ANSWERED, E.INADMISSIBLE, E.QUESTION_ASKED, E.MESSAGE_BY_AGENCY, E.INTERIM_REPLY,
        E.APPROVED, E.APPROVAL_WITHDRAWN,
    ),
    "public_portal.account.tasks.forget_letters": (),
    "public_portal.intake.tasks.file_held_requests": (E.RECEIVED,),
    "public_portal.intake.tasks.forget_drafts": (),
    "public_portal.intake.tasks.sweep_files": (),
    "public_portal.workspace_requests.tasks.forget_requests": (),
    "shared.complaints.services.case_routing.case_distribute": (E.ASSIGNED,),
    "shared.complaints.services.files.attachments_scan": (),
    "shared.limits.tasks.forget_attempts": (),
    "shared.mail.tasks.deliver_mail": (),
    "tenants.agency_export.tasks.forget_bundles": (),
    "tenants.billing.services.payments.send_details": (),
    "tenants.billing.services.stripe_webhooks.settle_event": (),
    "tenants.billing.tasks.reconcile": (),
    "tenants.billing.tasks.reconcile_agency": (),
    "tenants.case_access.tasks.prune": (),
    "tenants.custody.tasks.complete_moves": (E.TRANSFER_ACCEPTED,),
    "tenants.custody.tasks.lapse_offers": (E.TRANSFER_LAPSED, E.COMPETENCE_ASKED),
    "tenants.custody.tasks.tell_of_offers": (),
    "tenants.fleet.tasks.collect_register": (),
    "tenants.fleet.tasks.compare_zones": (),
    "tenants.fleet.tasks.keep_all_cases": (),
    "tenants.fleet.tasks.keep_cases": (
        E.PROMISE_ASKED, E.CLOSED, E.WAIT_ENDED, ESCALATED, E.ASSIGNED, E.UNASSIGNED,
    ),
    "tenants.fleet.tasks.keep_files": (),
    "tenants.fleet.tasks.keep_letters": (),
    "tenants.fleet.tasks.try_leaks": (),
}  # fmt: skip


def act_of(kind: str) -> str:
    """The act that writes events of this kind."""
    return ESCALATED if kind in _ESCALATIONS else str(kind)


def acts() -> list[str]:
    """Every act: of the kinds of events, and those that leave none."""
    return [*dict.fromkeys(act_of(kind) for kind in EventKind), *SILENT]


def posts() -> set[str]:
    """The names of all addresses of the three sites that take a POST."""
    return {one.name for one in addresses() if _takes_a_post(one.view)}


def tasks() -> set[str]:
    """The paths of all tasks of the product, found by their decorator."""
    found = set()
    for file in SOURCES:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and any(map(_makes_a_task, node.decorator_list)):
                found.add(f"{module}.{node.name}")
    return found


def _makes_a_task(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "schema_task"


def room_of(name: str) -> str | None:
    """The longest beginning in ``APART`` that a name has."""
    found = [one for one in APART if name.startswith(one)]
    return max(found, key=len) if found else None


def _takes_a_post(view: Callable[..., Any]) -> bool:
    for one in _wrapped(view, set()):
        if (cls := getattr(one, "cls", None) or getattr(one, "view_class", None)) is not None:
            return hasattr(cls, "post")
        names = getattr(getattr(one, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            cell = (one.__closure__ or ())[names.index("request_method_list")]
            return "POST" in cell.cell_contents
    # Nothing limits its methods.
    return True


def _wrapped(view: Callable[..., Any], seen: set[int]) -> Iterator[Callable[..., Any]]:
    """A view and everything that its decorators hold, from the outside in."""
    if id(view) in seen:
        return
    seen.add(id(view))
    yield view
    inner = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    for one in (*inner, getattr(view, "__wrapped__", None)):
        if callable(one):
            yield from _wrapped(one, seen)
