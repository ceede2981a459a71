"""The database refuses to change an event that was taken in; a rebuild deletes and inserts."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION register_event_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an event of the register is never changed';
END
$$;
CREATE TRIGGER register_event_append_only BEFORE UPDATE ON register_registereventrow
    FOR EACH STATEMENT EXECUTE FUNCTION register_event_refuse_update();
"""
ALLOW = """
DROP TRIGGER register_event_append_only ON register_registereventrow;
DROP FUNCTION register_event_refuse_update();
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0001_register")]

    operations = [migrations.RunSQL(REFUSE, ALLOW)]
