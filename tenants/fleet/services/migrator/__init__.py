"""Migrate the schemas of all agencies: compare once, record the SQL once, apply it to each.

The library runs every migration again for every agency and reads the whole catalog each time: a
quarter of an hour at two thousand agencies with nothing to do. Here one query says which are behind
(fleet), the migrations are turned into SQL once (recording), and each agency gets it in one
transaction together with the record of it (applying): whatever stops the run, the next one goes on.
"""
