"""What settled events said is emptied: nothing reads it any more, and it names people."""

from django.db import migrations

EMPTY = """
SET LOCAL statement_timeout = 0;
UPDATE billing_stripeevent SET payload = NULL
 WHERE state IN ('applied', 'ignored') AND payload IS NOT NULL;
"""
# What they said is gone; the column may only not be empty where it was never so.
FILL = "UPDATE billing_stripeevent SET payload = '{}' WHERE payload IS NULL;"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_reading_without_lock")]

    operations = [migrations.RunSQL(EMPTY, FILL)]
