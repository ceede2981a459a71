"""Tags of Django that render with prepared functions instead of searching at each rendering.

Each node takes the attributes of the node that it replaces. What the nodes write, and when they
call what, is as in Django.
"""

from typing import Any

from django.template import Context
from django.template.context import RenderContext
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from shared.ui.rendering.expressions import value_finder


class CompiledIncludeNode(IncludeNode):
    """``{% include %}`` of a template with a literal name that is not relative."""

    def __init__(self, node: IncludeNode) -> None:
        self.__dict__.update(node.__dict__)
        self._names = [str(node.template.var)]
        self._finders = [(name, value_finder(value)) for name, value in node.extra_context.items()]

    def render(self, context: Context) -> SafeString:
        """Return the text of the included template."""
        # A context has a template while it is rendered.
        engine = context.template.engine  # type: ignore[union-attr]
        template = engine.select_template(self._names)
        values = {name: find(context) for name, find in self._finders}
        if self.isolated_context:
            return template.render(isolated_context(context, values))
        with context.push(**values):
            return template.render(context)


class CompiledSimpleNode(SimpleNode):
    """A tag that is a function."""

    def __init__(self, node: SimpleNode) -> None:
        self.__dict__.update(node.__dict__)
        self._positional = [value_finder(value) for value in node.args]
        self._named = [(name, value_finder(value)) for name, value in node.kwargs.items()]

    def render(self, context: Context) -> str:
        """Return the function's result as text, or set the variable of ``as``."""
        found = [find(context) for find in self._positional]
        if self.takes_context:
            found.insert(0, context)
        output = self.func(*found, **{name: find(context) for name, find in self._named})
        if self.target_var is not None:
            context[self.target_var] = output
            return ""
        if context.autoescape and type(output) is not SafeString:
            return conditional_escape(output)
        return output  # type: ignore[no-any-return]


def isolated_context(context: Context, values: dict[str, Any]) -> Context:
    """Return a context with the values alone, as ``context.new`` does.

    ``context.new`` first copies the scopes of the page, only to drop the copies.
    """
    kind = type(context)
    made = kind.__new__(kind)
    made.__dict__.update(context.__dict__)
    # Django removes it, because the context processors' values are not in the new context.
    made.__dict__.pop("_processors_index", None)
    made.dicts = [{"True": True, "False": False, "None": None}, values]
    made.render_context = RenderContext.__new__(RenderContext)
    made.render_context.__dict__.update(context.render_context.__dict__)
    made.render_context.dicts = context.render_context.dicts[:]
    return made
