"""What was asked for never changes: whoever agrees to a row by its number has read it."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION approval_request_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.kind, NEW.subject, NEW.reason, NEW.asked_by_id, NEW.asked_by, NEW.asked_at,
            NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.kind, OLD.subject, OLD.reason, OLD.asked_by_id,
            OLD.asked_by, OLD.asked_at, OLD.expires_at)
        OR (NEW.arguments IS DISTINCT FROM OLD.arguments AND NEW.arguments <> '{}'::jsonb)
        OR (OLD.confirmed_by_id IS NOT NULL
            AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    THEN
        RAISE EXCEPTION 'what was asked for never changes';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER approval_request_never_changes BEFORE UPDATE ON tenants_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION approval_request_refuse_change();

CREATE FUNCTION destroy_order_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.agency_code, NEW.reason, NEW.is_waived, NEW.asked_by_id, NEW.asked_by,
            NEW.asked_at, NEW.expires_at)
        IS DISTINCT FROM (OLD.id, OLD.agency_code, OLD.reason, OLD.is_waived, OLD.asked_by_id,
            OLD.asked_by, OLD.asked_at, OLD.expires_at)
        OR (OLD.confirmed_by_id IS NOT NULL
            AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    THEN
        RAISE EXCEPTION 'what was asked for never changes';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER destroy_order_never_changes BEFORE UPDATE ON tenants_destroyorder
    FOR EACH ROW EXECUTE FUNCTION destroy_order_refuse_change();
"""
ALLOW = """
DROP TRIGGER approval_request_never_changes ON tenants_approvalrequest;
DROP FUNCTION approval_request_refuse_change();
DROP TRIGGER destroy_order_never_changes ON tenants_destroyorder;
DROP FUNCTION destroy_order_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0019_more_approvals")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
