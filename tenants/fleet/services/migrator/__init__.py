"""Migrations of all agencies' schemas: compare once, record the SQL once, apply it to each.

The library runs every migration again for every agency and reads the whole catalog each time: a
quarter of an hour at two thousand agencies with nothing to do. Here one query finds the agencies
that are behind (agency_groups), the migrations are turned into SQL once (record), and each agency
gets the SQL in one transaction together with the record of it (fleet_migration): whatever stops a
run, the next run goes on.
"""
