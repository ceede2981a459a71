"""Migrations of all agencies' schemas: the SQL is recorded once and applied to each agency.

django-tenants runs every migration again for every agency and reads the whole catalog each time: a
quarter of an hour with two thousand agencies and nothing to do. Here one query finds the outdated
agencies (agency_groups), the migrations are turned into SQL once (record), and each agency gets the
SQL and its record in one transaction (fleet_migration): after an interruption the next run
continues.
"""
