"""The loading of modules, catalogues and templates before a process's first request."""

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

# Modules that a process needs only for its first file, PDF document or error. Imported before the
# workers start, the modules are in shared memory, and an error can be logged without free memory.
LATE_MODULES = ("shared.files.examination", "fontTools.ttLib", "encodings.unicode_escape")
SITES = (settings.PUBLIC_SCHEMA_URLCONF, settings.OVERSIGHT_URLCONF, settings.ROOT_URLCONF)


def warm_up() -> None:
    """Import the sites' URLs, load the message catalogues and compile the project's templates.

    The call needs no database query.
    """
    # The demonstration skips the late modules and the indexes, so that it starts faster.
    for module in (*SITES, *(() if settings.DEMO else LATE_MODULES)):
        import_module(module)
    if not settings.DEMO:
        # Without these lines the first search of each worker would wait a second for the indexes.
        topic_index()
        place_index()
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Insaf")
            for site in SITES:
                # Without this line the first link in each language would wait for this table.
                _ = get_resolver(site).reverse_dict
    for engine in (
        cast(DjangoTemplates, engines["django"]).engine,
        cast(InsafRenderer, get_default_renderer()).engine.engine,
    ):
        # The folders are the project's; templates of libraries are compiled at their first use.
        for folder in engine.dirs:
            for path in sorted(Path(folder).rglob("*.html")):
                engine.get_template(str(path.relative_to(folder)))
