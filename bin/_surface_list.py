"""A program that lists the public names of the code in the working directory.

The code may be an older version of the project, so a separate process imports the code.
"""

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TREE = Path.cwd()
PACKAGES = (
    "shared", "tenants", "public_portal", "agency_console", "config", "bin/postgres", "demo",
    "fake_stripe",
)  # fmt: skip
READS = re.compile(r'\b(?:env_\w+|environ\.get|getenv)\(\s*"([A-Z]\w+)"|environ\["([A-Z]\w+)"\]')
METRIC = re.compile(r'"(insaf_\w+)"')
DEV_COMMAND = re.compile(r"^(bin/dev [a-z_]+)", re.MULTILINE)


def surface() -> list[str]:
    """Return the sorted lines of all public names."""
    import django  # noqa: PLC0415 - the tree must be in the path before
    from django.utils import translation  # noqa: PLC0415

    django.setup()
    # Translation is off, because the message catalogues may not be compiled.
    translation.deactivate_all()
    parts = (urls, openapi, events, tables, tasks, settings, commands, errors, metrics)
    return sorted({line for part in parts for line in part()})


def urls() -> Iterator[str]:
    """Yield the paths and URL names of the three sites."""
    from django.urls import get_resolver  # noqa: PLC0415

    for urlconf in _urlconfs():
        for path, name in _patterns(get_resolver(urlconf).url_patterns):
            yield f"url {urlconf.rpartition('.')[2]} /{path} {name}"


def _urlconfs() -> tuple[str, ...]:
    from django.conf import settings as given  # noqa: PLC0415

    return (given.PUBLIC_SCHEMA_URLCONF, given.OVERSIGHT_URLCONF, given.ROOT_URLCONF)


def _patterns(patterns: Any, before: str = "", names: str = "") -> Iterator[tuple[str, str]]:
    for one in patterns:
        pattern = type(one.pattern).__name__
        # The language prefix depends on the reader, so a placeholder is printed.
        path = before + ("<language>/" if pattern == "LocalePrefixPattern" else str(one.pattern))
        if hasattr(one, "url_patterns"):
            space = f"{names}{one.namespace}:" if one.namespace else names
            yield from _patterns(one.url_patterns, path, space)
        else:
            yield path, f"{names}{one.name}" if one.name else "-"


def openapi() -> Iterator[str]:
    """Yield the paths, methods and schemas of the REST API, each with a hash of its definition."""
    from drf_spectacular.generators import SchemaGenerator  # noqa: PLC0415

    for urlconf in _urlconfs():
        document = SchemaGenerator(urlconf=urlconf).get_schema(request=None, public=True)
        where = f"openapi {urlconf.rpartition('.')[2]}"
        for path, methods in document.get("paths", {}).items():
            for method, said in methods.items():
                yield f"{where} {method.upper()} {path} {_hash(said)}"
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            yield f"{where} schema {name} {_hash(schema)}"


def _hash(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()[:12]


def events() -> Iterator[str]:
    """Yield the kinds of events of a case."""
    for kind in importlib.import_module("shared.complaints.enums").EventKind:
        yield f"event {kind.value}"


def tables() -> Iterator[str]:
    """Yield tables and columns of the public schema and of an agency's schema."""
    from django.apps import apps  # noqa: PLC0415
    from django.conf import settings as given  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    for schema, names in (("public", given.SHARED_APPS), ("agency", given.TENANT_APPS)):
        for config in apps.get_app_configs():
            if not {config.name, f"{type(config).__module__}.{type(config).__name__}"} & {*names}:
                continue
            for model in config.get_models(include_auto_created=True):
                for field in model._meta.local_concrete_fields:
                    kind = f"{field.db_type(connection)}{' null' if field.null else ''}"
                    yield f"column {schema}.{model._meta.db_table}.{field.column} {kind}"


def tasks() -> Iterator[str]:
    """Yield the dotted paths of background tasks, which are stored in the database."""
    from django_tasks.base import Task  # noqa: PLC0415

    _import_all("tasks.py", "tasks/*.py")
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            for found in list(vars(module).values()):
                if isinstance(found, Task):
                    yield f"task {found.module_path}"


def settings() -> Iterator[str]:
    """Yield the names of the environment variables that the settings read."""
    for file in _sources():
        if file.name != "test.py":
            for found in READS.finditer(file.read_text()):
                yield f"setting {found[1] or found[2]}"


def commands() -> Iterator[str]:
    """Yield the management commands of this project, and the programs of bin/."""
    for package in PACKAGES:
        for file in (TREE / package).rglob("management/commands/[a-z]*.py"):
            yield f"command manage.py {file.stem}"
    programs = (file for file in (TREE / "bin").glob("[a-z]*") if file.is_file())
    yield from (f"command bin/{file.name}" for file in programs)
    for name in DEV_COMMAND.findall((TREE / "bin" / "dev").read_text()):
        yield f"command {name}"


def errors() -> Iterator[str]:
    """Yield the error codes of the REST API."""
    _import_all("errors.py", "errors/*.py")
    for code in importlib.import_module("shared.kernel.errors").DomainError.by_code:
        yield f"error {code}"


def metrics() -> Iterator[str]:
    """Yield the names of the metrics for Prometheus."""
    for file in _sources():
        text = file.read_text()
        if "prometheus_client" in text:
            for name in METRIC.findall(text):
                yield f"metric {name}"


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((TREE / package).rglob("*.py"))


def _import_all(*patterns: str) -> None:
    for package in PACKAGES:
        for pattern in patterns:
            for file in sorted((TREE / package).rglob(pattern)):
                name = ".".join(file.relative_to(TREE).with_suffix("").parts)
                importlib.import_module(name.removesuffix(".__init__"))


if __name__ == "__main__":
    sys.path.insert(0, str(TREE))
    sys.stdout.write("".join(f"{line}\n" for line in surface()))
