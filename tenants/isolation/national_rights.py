"""Rights that the national role must not have on tables of the public schema."""

from collections.abc import Iterable

# Rows that are written once: a correction is another row.
ADDED_ONLY = ("audit_auditentry", "tenants_vaultopening")
# Deleted and projected anew, and never changed in place.
NEVER_CHANGED = ("register_registereventrow",)
# What two people agree to, what oversight decides, and the record of who held a case. Whoever could
# delete a row could ask for something else under its answer, or rewrite the history. Triggers keep
# what never changes of decisions (tenants/migrations/0011_decisions_stay.py).
DECIDED = (
    "tenants_approvalrequest",
    "tenants_destroyorder",
    "tenants_review",
    "tenants_arbitration",
    "tenants_transferoffer",
    "tenants_takeover",
    "tenants_caseholding",
)
# Of these only the answer is written after the row was made.
ANSWERS = {
    "tenants_review": ("decision", "text", "decided_at", "user_id", "label"),
    "tenants_arbitration": (
        "to_schema", "text", "decided_at", "is_lapsed", "user_id", "label",
    ),
    # The number also of an offer that the former release made without one.
    "tenants_transferoffer": ("state", "answer", "answered_at", "answered_by", "number"),
    "tenants_takeover": ("ended_at",),
    # Written when an agency transfers a case: the end and the story are not known before.
    "tenants_caseholding": ("cause", "until", "story", "written"),
}  # fmt: skip


def national_rights_narrowed(national: str) -> Iterable[str]:
    """Yield the statements that narrow the national role's rights after all were granted."""
    for table in ADDED_ONLY:
        yield f'REVOKE UPDATE, DELETE ON {table} FROM "{national}"'
    for table in (*NEVER_CHANGED, *ANSWERS):
        yield f'REVOKE UPDATE ON {table} FROM "{national}"'
    for table in DECIDED:
        yield f'REVOKE DELETE ON {table} FROM "{national}"'
    for table, columns in ANSWERS.items():
        yield f'GRANT UPDATE ({", ".join(columns)}) ON {table} TO "{national}"'
