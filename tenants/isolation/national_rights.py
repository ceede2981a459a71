"""Rights that the national role must not have on tables of the public schema."""

from collections.abc import Iterable

# Rows of these tables are never changed: a correction is a new row.
ADDED_ONLY = ("audit_auditentry", "tenants_vaultopening")
# Rows of these tables are deleted and projected again, but never changed in place.
NEVER_CHANGED = ("register_registereventrow",)
# Approvals, decisions of national oversight, and the record of which agency held a case. Whoever
# could delete a row could get another action approved under it, or rewrite the history. Triggers
# protect the final columns of decisions (tenants/migrations/0011_decisions_stay.py).
DECIDED = (
    "tenants_approvalrequest",
    "tenants_destroyorder",
    "tenants_review",
    "tenants_arbitration",
    "tenants_transferoffer",
    "tenants_takeover",
    "tenants_caseholding",
)
# Only these columns of the tables may be updated after the row was created.
ANSWERS = {
    "tenants_review": ("decision", "text", "decided_at", "user_id", "label"),
    "tenants_arbitration": (
        "to_schema", "text", "decided_at", "is_lapsed", "user_id", "label",
    ),
    # The number may be set later because the previous release created offers without a number.
    "tenants_transferoffer": ("state", "answer", "answered_at", "answered_by", "number"),
    "tenants_takeover": ("ended_at",),
    # Set when an agency transfers a case, because the end and the history are not known before.
    "tenants_caseholding": ("cause", "until", "story", "written"),
}  # fmt: skip


def national_rights_narrowed(national: str) -> Iterable[str]:
    """Yield the statements that narrow the national role's rights after all rights were granted."""
    for table in ADDED_ONLY:
        yield f'REVOKE UPDATE, DELETE ON {table} FROM "{national}"'
    for table in (*NEVER_CHANGED, *ANSWERS):
        yield f'REVOKE UPDATE ON {table} FROM "{national}"'
    for table in DECIDED:
        yield f'REVOKE DELETE ON {table} FROM "{national}"'
    for table, columns in ANSWERS.items():
        yield f'GRANT UPDATE ({", ".join(columns)}) ON {table} TO "{national}"'
