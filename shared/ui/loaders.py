"""The template loaders of the project.

``ProjectLoader`` removes white space that only breaks lines from our templates. ``FoldedLoader``
caches templates that are merged with their base templates, have constant nodes and are compiled.
"""

from copy import copy
from pathlib import Path
from threading import RLock
from typing import Any

from django.conf import settings
from django.template import Node, NodeList, TemplateDoesNotExist
from django.template.base import Origin, Template
from django.template.loaders import cached, filesystem

from shared.ui.constant_nodes import nodes_fold
from shared.ui.flat_templates import (
    Chain,
    chain_nodes,
    is_frame,
    parent_template,
    tokens_drop,
)
from shared.ui.rendering.compilation import CompiledNodeList
from shared.ui.template_source import template_folded

# Only our templates are changed, because a line end in a library's template may be visible.
FOLDERS = (settings.BASE_DIR / "templates", Path(__file__).parent / "form_templates")


class ProjectLoader(filesystem.Loader):
    """File loader that removes, from our templates, white space that only breaks lines.

    E-mail texts (``.txt``) are not changed.
    """

    def get_contents(self, origin: Origin) -> str:
        """Return the source of a template. Raises ``TemplateDoesNotExist``."""
        source: str = super().get_contents(origin)
        path = Path(origin.name)
        is_page = path.suffix == ".html" and any(map(path.is_relative_to, FOLDERS))
        return template_folded(source) if is_page else source


class FoldedLoader(cached.Loader):
    """Django's caching loader, which also merges and folds templates after reading."""

    def __init__(self, engine: Any, loaders: list[str]) -> None:
        # These attributes must exist before Django may call ``reset``.
        self._ready: dict[str, Template] = {}
        self._folded: set[str] = set()
        self._chains: dict[str, Chain | None] = {}
        self._being_read: set[str] = set()
        # A thread must not render a template while another thread prepares the template.
        self._lock = RLock()
        super().__init__(engine, loaders)

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """Return the template with a name. Raises ``TemplateDoesNotExist``.

        With ``skip``, the template's blocks are kept, because Django itself renders the extension.
        """
        if skip:
            return self._with_blocks(template_name, skip)
        return self._ready.get(template_name) or self._whole(template_name)

    def reset(self) -> None:
        """Clear the caches, so that every template is read again."""
        super().reset()
        self._ready.clear()
        self._folded.clear()
        self._chains.clear()

    def _with_blocks(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        with self._lock:
            template = super().get_template(template_name, skip)
            key = self.cache_key(template_name, skip)
            if key not in self._folded:
                self._folded.add(key)
                self._being_read.add(template_name)
                nodes_fold(template.nodelist, included=self._included)
                self._being_read.discard(template_name)
                if not self.engine.debug:
                    tokens_drop(template.nodelist)
            return template

    def _whole(self, template_name: str) -> Template:
        """Return the template merged with its base templates, if their names are literals."""
        with self._lock:
            template = self._with_blocks(template_name)
            if template_name not in self._chains:
                self._being_read.add(template_name)
                self._chains[template_name] = self._chain(template)
                self._being_read.discard(template_name)
            chain = self._chains[template_name]
            nodes = chain_nodes(chain) if chain is not None and len(chain) > 1 else None
            if nodes is not None:
                nodes_fold(nodes, included=self._included)
            if not self.engine.debug:
                # Nodes that render faster do not tell the debug page where an error occurred.
                template = copy(template)
                template.nodelist = CompiledNodeList(template.nodelist if nodes is None else nodes)
            elif nodes is not None:
                template = copy(template)
                template.nodelist = nodes
            self._ready[template_name] = template
            return template

    def _chain(self, template: Template) -> Chain | None:
        """Return the nodes of a template and its base templates; ``None`` if a name varies."""
        if is_frame(template):
            return (template.nodelist,)
        name = parent_template(template)
        if name is None or self._included(template.nodelist[0], name) is None:
            return None
        frames = self._chains.get(name)
        return None if frames is None else (NodeList(template.nodelist), *frames)

    def _included(self, _node: Node, name: str) -> Template | None:
        # Templates that include themselves, and relative names, are left to Django.
        if name in self._being_read or name.startswith("."):
            return None
        try:
            return self.get_template(name)
        except TemplateDoesNotExist:
            return None
