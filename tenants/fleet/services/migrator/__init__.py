"""Migrations of all agencies' schemas: the SQL is recorded once and applied to each agency.

django-tenants runs Django's migration for each agency, which takes a quarter of an hour with two
thousand agencies. Here one query finds the outdated agencies (agency_groups), the migrations run
once to record their SQL (record), and the SQL runs in one transaction for each agency
(fleet_migration). A run that was stopped can be repeated.
"""
