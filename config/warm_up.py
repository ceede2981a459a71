"""The modules, catalogues and templates that a process loads before its first request."""

from importlib import import_module
from pathlib import Path
from typing import cast

from django.conf import settings
from django.forms.renderers import get_default_renderer
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import get_resolver
from django.utils.translation import gettext, override

from shared.directory.selectors.topics.index import topic_index
from shared.directory.selectors.topics.places import place_index
from shared.ui.form_renderer import InsafRenderer

# Modules that the first file, PDF document or error needs; they are imported before the fork, so
# that all processes share their memory and a process without free memory can still log an error.
LATE_MODULES = ("shared.files.examination", "fontTools.ttLib", "encodings.unicode_escape")
SITES = (settings.PUBLIC_SCHEMA_URLCONF, settings.OVERSIGHT_URLCONF, settings.ROOT_URLCONF)


def warm_up() -> None:
    """Import every site, load the three catalogues and compile the project's templates.

    Nothing here queries the database.
    """
    # The demonstration skips these modules, because a quick start matters more there: its first
    # file takes 0.2 s longer and its first search 1 s.
    for module in (*SITES, *(() if settings.DEMO else LATE_MODULES)):
        import_module(module)
    if not settings.DEMO:
        # The indexes take a second, which the first search of each worker would wait for.
        topic_index()
        place_index()
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Insaf")
            for site in SITES:
                # The first link in each language would otherwise make this table.
                _ = get_resolver(site).reverse_dict
    for engine in (
        cast(DjangoTemplates, engines["django"]).engine,
        cast(InsafRenderer, get_default_renderer()).engine.engine,
    ):
        # Templates of packages are compiled on use.
        for folder in engine.dirs:
            for path in sorted(Path(folder).rglob("*.html")):
                engine.get_template(str(path.relative_to(folder)))
