"""The loader of every template: compiled once, and constant parts made one node."""

from typing import Any

from django.template import Node, TemplateDoesNotExist
from django.template.base import Origin, Template
from django.template.loaders import cached

from shared.ui.constant_nodes import template_fold


class FoldedLoader(cached.Loader):
    """Django's loader that keeps templates, with their constant nodes folded."""

    def __init__(self, engine: Any, loaders: list[str]) -> None:
        super().__init__(engine, loaders)
        self._being_read: set[str] = set()

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template of that name. Raises ``TemplateDoesNotExist``."""
        is_new = self.cache_key(template_name, skip) not in self.get_template_cache
        template = super().get_template(template_name, skip)
        if is_new:
            self._being_read.add(template_name)
            template_fold(template, included=self._included)
            self._being_read.discard(template_name)
        return template

    def _included(self, node: Node, name: str) -> Template | None:
        # One that includes itself, and one whose name stands for a place beside the other.
        if name in self._being_read or name.startswith("."):
            return None
        try:
            return self.get_template(name)
        except TemplateDoesNotExist:
            return None
