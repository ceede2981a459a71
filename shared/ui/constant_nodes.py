"""Constant parts of a template, rendered once for each language.

Most nodes of a page are texts, addresses and static files that never change. A run of such nodes
becomes one node, which caches its text by language, site and escaping. Only tags without a variable
are cached, so the text is equal for all readers.
"""

from collections.abc import Callable, Iterable, Iterator

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Template, TextNode, TokenType, Variable
from django.template.defaulttags import IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loader_tags import IncludeNode
from django.templatetags.i18n import BlockTranslateNode, LanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from shared.ui.templatetags import ui

# A function that returns the template of an ``{% include %}``, or ``None`` if only Django can find
# the template, during rendering.
Included = Callable[[Node, str], Template | None]
# Tags that write a text or, with ``as``, set a variable.
Naming = BlockTranslateNode | TranslateNode | URLNode
Place = tuple[str | None, str | None, str]
Key = tuple[str | None, str | None, str, bool]

# The name of the context attribute that caches the language and the site of the page.
PLACE = "_constant_nodes_place"

# Simple tags whose text depends only on their arguments.
CONSTANT_TAGS = (ui.asset, ui.htmx)


class ConstantNode(Node):
    """A run of nodes without variables; their text is cached for each language and site."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self._texts: dict[Key, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """Return the text of all nodes; if a node raises an error, nothing is cached."""
        key = _key(context)
        if key not in self._texts:
            self._texts[key] = self.nodes.render(context)
        return self._texts[key]


class ConstantValueNode(Node):
    """``{% translate "..." as name %}`` or ``{% url "..." as name %}`` with a cached value."""

    child_nodelists = ()

    def __init__(self, node: Naming, *, name: str) -> None:
        self._node, self._name = node, name
        self._values: dict[Key, object] = {}

    def render(self, context: Context) -> str:
        """Set the variable in the context to the cached value, and return an empty text."""
        key = _key(context)
        if key not in self._values:
            self._node.render(context)
            self._values[key] = context[self._name]
        context[self._name] = self._values[key]
        return ""


class OtherLanguageNode(LanguageNode):
    """A ``{% language %}`` block that does not use the page's cached language and site."""

    def render(self, context: Context) -> str:
        """Return the text of the block in its language."""
        kept = context.__dict__.pop(PLACE, None)
        try:
            return super().render(context)
        finally:
            setattr(context, PLACE, kept)


def nodes_fold(nodes: NodeList, *, included: Included) -> None:
    """Replace each run of constant nodes, in ``nodes`` and inside these nodes, by one node."""
    folded: list[Node] = []
    run: list[Node] = []
    for node in nodes:
        if _is_constant(node, included):
            run.append(node)
            continue
        folded += _one(run)
        run = []
        for inner in child_lists(node):
            nodes_fold(inner, included=included)
        folded.append(_replaced(node))
    nodes[:] = folded + _one(run)


def _one(run: list[Node]) -> list[Node]:
    spoken = [node for node in run if not isinstance(node, LoadNode)]
    if len(spoken) == 1 and isinstance(spoken[0], TextNode | ConstantNode):
        return spoken
    if not spoken:
        return []
    return [_in_place_of(spoken[0], ConstantNode(spoken))]


def _replaced(node: Node) -> Node:
    if type(node) is LanguageNode:
        return _in_place_of(node, OtherLanguageNode(node.nodelist, node.language))
    if isinstance(node, Naming) and node.asvar and _is_fixed(node):
        return _in_place_of(node, ConstantValueNode(node, name=node.asvar))
    return node


def _in_place_of(node: Node, other: Node) -> Node:
    # Django uses both attributes to report errors and to resolve relative template names.
    other.token, other.origin = node.token, node.origin
    return other


def child_lists(node: Node) -> Iterator[NodeList]:
    """Yield the lists of nodes inside a node."""
    if isinstance(node, IfNode):
        yield from (inner for _condition, inner in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        inner = getattr(node, name, None)
        if isinstance(inner, NodeList):
            yield inner


def _is_constant(node: Node, included: Included) -> bool:
    match node:
        case TextNode() | LoadNode() | ConstantNode():
            return True
        case TranslateNode() | BlockTranslateNode() | URLNode():
            return not node.asvar and _is_fixed(node)
        case StaticNode():
            return node.varname is None and _is_literal(node.path)
        case SimpleNode():
            return (
                not (node.takes_context or node.kwargs or node.target_var)
                and node.func in CONSTANT_TAGS
                and all(map(_is_literal, node.args))
            )
        case IncludeNode():
            return _is_constant_include(node, included)
    return False


def _is_fixed(node: Naming) -> bool:
    match node:
        case TranslateNode():
            return _is_fixed_translation(node)
        case BlockTranslateNode():
            return _is_fixed_text(node)
    return not (node.args or node.kwargs) and _is_literal(node.view_name)


def _is_fixed_translation(node: TranslateNode) -> bool:
    message, context = node.filter_expression, node.message_context
    # The tag reads its text as a variable, even if the text is a literal.
    is_fixed = not message.filters and isinstance(message.var, Variable) and not message.var.lookups
    return is_fixed and (context is None or _is_literal(context))


def _is_fixed_text(node: BlockTranslateNode) -> bool:
    """Return whether a ``{% blocktranslate %}`` has neither a count nor a variable."""
    has_values = node.extra_context or node.countervar
    is_text = all(token.token_type is TokenType.TEXT for token in node.singular)
    context = node.message_context
    return not has_values and is_text and (context is None or _is_literal(context))


def _is_constant_include(node: IncludeNode, included: Included) -> bool:
    # A template that gets the page's context may read any variable.
    if not node.isolated_context or node.extra_context or not _is_literal(node.template):
        return False
    template = included(node, str(node.template.var))
    return template is not None and all(_is_constant(one, included) for one in template.nodelist)


def _is_literal(expression: FilterExpression) -> bool:
    return not expression.is_var and not expression.filters


def _key(context: Context) -> Key:
    # The values are cached for each page, because reading thread-locals at every node took 5 % of
    # the page's time. Within a page, only ``OtherLanguageNode`` changes the values.
    kept: Place | None = context.__dict__.get(PLACE)
    if kept is None:
        kept = get_language(), get_urlconf(), get_script_prefix()
        setattr(context, PLACE, kept)
    return *kept, context.autoescape
