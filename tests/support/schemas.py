"""Schemas compared as PostgreSQL's catalog tells them."""

import re

from tenants.fleet.services.schema_template import schema_script
from tenants.isolation.schema_switch import schema_entered


def comparable_script(schema_name: str) -> list[str]:
    """The schema as SQL, a line each, without what may differ between two equal schemas.

    That is: the times of migrations; and a list of words as PostgreSQL writes it the first time.
    Once read back, ``(ARRAY['a'::character varying])::text[]`` is the same list, each word cast.
    """
    with schema_entered(schema_name):
        script = schema_script(schema_name)
    lines = [line for line in script.split("\n") if 'INTO "django_migrations"' not in line]
    assert len(lines) == script.count("\n")
    return [
        re.sub(
            r"\(ARRAY\[(.*?)\]\)::text\[\]",
            r"ARRAY[\1]",
            re.sub(r"\(('\w*'::character varying)\)::text", r"\1", line),
        )
        for line in lines
    ]
