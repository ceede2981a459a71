"""What was agreed to or decided never changes, and nothing is asked for that is agreed to already.

The first column that a trigger names says when the decision was made; from then on none of those
that it names changes. The roles' rights stand in ``tenants.isolation.national_rights``.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION decision_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF was ->> TG_ARGV[0] IS NOT NULL THEN
        FOREACH name IN ARRAY TG_ARGV LOOP
            IF becomes -> name IS DISTINCT FROM was -> name THEN
                RAISE EXCEPTION 'what was decided never changes';
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END
$$;
CREATE FUNCTION request_refuse_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    becomes jsonb := to_jsonb(NEW);
    name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF becomes ->> name IS NOT NULL THEN
            RAISE EXCEPTION 'what is agreed to already is not asked for';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
"""
# The name of each trigger, its table, and the columns that never change once the first has a value.
DECISIONS = {
    "approval_answer_stays": (
        "tenants_approvalrequest",
        ("confirmed_at", "confirmed_by_id", "confirmed_by", "job_id"),
    ),
    "approval_use_stays": ("tenants_approvalrequest", ("used_at",)),
    "approval_end_stays": ("tenants_approvalrequest", ("withdrawn_at",)),
    "destroy_answer_stays": (
        "tenants_destroyorder",
        ("confirmed_at", "confirmed_by_id", "confirmed_by", "job_id"),
    ),
    "destroy_end_stays": ("tenants_destroyorder", ("withdrawn_at",)),
    "review_decision_stays": (
        "tenants_review",
        ("decided_at", "decision", "text", "user_id", "label"),
    ),
    "arbitration_decision_stays": (
        "tenants_arbitration",
        ("decided_at", "to_schema", "text", "is_lapsed", "user_id", "label"),
    ),
    "offer_answer_stays": (
        "tenants_transferoffer",
        (
            "answered_at",
            "state",
            "answer",
            "answered_by",
            "reference",
            "from_schema",
            "to_schema",
            "organisation_code",
        ),
    ),
    "take_over_end_stays": (
        "tenants_takeover",
        (
            "ended_at",
            "agency_id",
            "reason",
            "user_id",
            "label",
            "started_at",
            "closed_users",
            "caretakers",
        ),
    ),
}
REQUESTS = {
    "approval_is_asked_first": (
        "tenants_approvalrequest",
        ("confirmed_by_id", "confirmed_at", "used_at", "job_id"),
    ),
    "destroy_is_asked_first": (
        "tenants_destroyorder",
        ("confirmed_by_id", "confirmed_at", "job_id"),
    ),
}


def _made(name: str, table: str, columns: tuple[str, ...], *, event: str, function: str) -> str:
    named = ", ".join(f"'{column}'" for column in columns)
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}({named});\n"
    )


def _refuse() -> str:
    return FUNCTIONS + "".join(
        [
            *(
                _made(name, table, columns, event="UPDATE", function="decision_refuse_change")
                for name, (table, columns) in DECISIONS.items()
            ),
            *(
                _made(name, table, columns, event="INSERT", function="request_refuse_agreed")
                for name, (table, columns) in REQUESTS.items()
            ),
        ]
    )


def _allow() -> str:
    dropped = (
        f"DROP TRIGGER {name} ON {table};\n"
        for name, (table, _columns) in (DECISIONS | REQUESTS).items()
    )
    functions = "DROP FUNCTION decision_refuse_change();\nDROP FUNCTION request_refuse_agreed();\n"
    return "".join(dropped) + functions


class Migration(migrations.Migration):
    dependencies = [
        ("tenants", "0010_offers_of_a_request"),
    ]

    operations = [
        migrations.RunSQL(_refuse(), _allow()),
    ]
