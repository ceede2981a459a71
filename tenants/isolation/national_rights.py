"""Rights that the national role must not have on tables of the public schema."""

from collections.abc import Iterable

# The national role may only add rows to these tables; a correction is a new row.
ADDED_ONLY = ("audit_auditentry", "tenants_vaultopening")
# The national role may add and delete rows of these tables, but not change a row.
NEVER_CHANGED = ("register_registereventrow",)
# Rows of approvals, decisions and custody, which the national role may not delete: a deleted row
# could be replaced by another decision. Triggers protect the final columns of decisions
# (tenants/migrations/0011_decisions_stay.py).
DECIDED = (
    "tenants_approvalrequest",
    "tenants_destroyorder",
    "tenants_review",
    "tenants_arbitration",
    "tenants_transferoffer",
    "tenants_takeover",
    "tenants_caseholding",
)
# A dict: table -> columns that the national role may update. Other columns never change.
ANSWERS = {
    "tenants_review": ("decision", "text", "decided_at", "user_id", "label"),
    "tenants_arbitration": (
        "to_schema", "text", "decided_at", "is_lapsed", "user_id", "label",
    ),
    # The number may be updated because the previous release created offers without a number.
    "tenants_transferoffer": ("state", "answer", "answered_at", "answered_by", "number"),
    "tenants_takeover": ("ended_at",),
    # The row is created when an agency gets a case; these columns are set when the agency transfers
    # the case.
    "tenants_caseholding": ("cause", "until", "story", "written"),
}  # fmt: skip


def national_rights_narrowed(national: str) -> Iterable[str]:
    """Yield the statements that revoke the national role's rights to change final rows."""
    for table in ADDED_ONLY:
        yield f'REVOKE UPDATE, DELETE ON {table} FROM "{national}"'
    for table in (*NEVER_CHANGED, *ANSWERS):
        yield f'REVOKE UPDATE ON {table} FROM "{national}"'
    for table in DECIDED:
        yield f'REVOKE DELETE ON {table} FROM "{national}"'
    for table, columns in ANSWERS.items():
        yield f'GRANT UPDATE ({", ".join(columns)}) ON {table} TO "{national}"'
