"""The work that a process does once at the start, so that its first request need not wait."""

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

# Loaded by the first file, paper or error; before the fork, so that all processes share them, and
# a process without memory can still write down why it failed.
LATE_MODULES = ("shared.files.examination", "fontTools.ttLib", "encodings.unicode_escape")
SITES = (settings.PUBLIC_SCHEMA_URLCONF, settings.OVERSIGHT_URLCONF, settings.ROOT_URLCONF)


def warm_up() -> None:
    """Import every site, read the three catalogues, compile our templates; use no database."""
    # A demonstration would rather answer sooner: its first file waits a fifth of a second, and
    # its first search a second.
    for module in (*SITES, *(() if settings.DEMO else LATE_MODULES)):
        import_module(module)
    if not settings.DEMO:
        # A second of work, which the first search of each worker would wait for.
        topic_index()
        place_index()
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Insaf")
            for site in SITES:
                # Addresses are kept by language: each one's first link would make the table.
                _ = get_resolver(site).reverse_dict
    for engine in (
        cast(DjangoTemplates, engines["django"]).engine,
        cast(InsafRenderer, get_default_renderer()).engine.engine,
    ):
        # The templates in its own folders; those of packages are compiled when asked for.
        for folder in engine.dirs:
            for path in sorted(Path(folder).rglob("*.html")):
                engine.get_template(str(path.relative_to(folder)))
