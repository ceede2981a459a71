"""The release from tomorrow that ``bench migrate`` brings to every agency."""

from django.db.migrations.loader import MigrationLoader

from bench.migrate import TOMORROW


def test_tomorrow_follows_the_last_of_todays_migrations(settings):
    today = MigrationLoader(None)
    settings.MIGRATION_MODULES = TOMORROW
    tomorrow = MigrationLoader(None)

    added = tomorrow.disk_migrations.keys() - today.disk_migrations.keys()

    assert added == {("mail", "mail_note")}
    assert today.disk_migrations.keys() < tomorrow.disk_migrations.keys()
    assert tomorrow.graph.leaf_nodes("mail") == [("mail", "mail_note")]
