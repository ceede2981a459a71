"""The rendering of the schema template in a second process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from demo.processes import child_begin, child_succeeds
from tenants.fleet.services.schema_template import schema_template_keep, schema_template_render
from tenants.isolation.schema_switch import as_owner
from tenants.models import SchemaVersion


@contextmanager
def script_rendered_beside() -> Iterator[None]:
    """Render the schema template in another process during the block, then store the template.

    Does nothing on a cluster, or if the database is not empty.
    """
    if connection.settings_dict.get("CLUSTER") or not _is_empty():
        yield
        return
    connection.close()
    reader, writer = os.pipe()
    child = child_begin(lambda: _render(writer))
    os.close(writer)
    try:
        yield
    finally:
        with os.fdopen(reader) as rendered:
            script = rendered.read()
        is_done = child_succeeds(child)
    if is_done:
        with as_owner():
            schema_template_keep(script)


def _render(writer: int) -> None:
    script = schema_template_render()
    with os.fdopen(writer, "w") as rendered:
        rendered.write(script)


def _is_empty() -> bool:
    with as_owner():
        return SchemaVersion._meta.db_table not in connection.introspection.table_names()
