"""Loading of a template with the templates it extends as one list of nodes.

Django searches all extended templates at each page, for every block and each ``{{ block.super }}``,
but the position of each block is known on loading. The merged texts around blocks also become one
constant node.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy

from django.template import Context, Node, NodeList
from django.template.base import FilterExpression, Template, TextNode, Variable, VariableNode
from django.template.defaulttags import CsrfTokenNode, ForNode, IfNode, LoadNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString

from shared.ui.constant_nodes import ConstantNode, child_lists

# The nodes of a template, then the nodes of each template that it extends, the base template last.
Chain = tuple[NodeList, ...]
# The contents of each block, keyed by name: first of the template itself, last of the base
# template.
Versions = Mapping[str, list[NodeList]]

# Uses of the variable ``block``; Django itself renders templates with other uses than ``{{
# block.super }}``.
_SPOKEN_OF = re.compile(r"\bblock\.")
# Nodes that set no variable for later nodes, unless they have an attribute of ``_NAMING``.
_NAMELESS = (
    TextNode, LoadNode, ConstantNode, VariableNode, CsrfTokenNode, IncludeNode, ForNode, WithNode,
    URLNode, StaticNode, TranslateNode, BlockTranslateNode, SimpleNode, IfNode,
)  # fmt: skip
_NAMING = ("asvar", "varname", "target_var", "takes_context")


class ScopeNode(Node):
    """The nodes of a block; variables that they set end with the block."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodelist = NodeList(nodes)

    def render(self, context: Context) -> SafeString:
        """Return the text of the nodes."""
        with context.push():
            return self.nodelist.render(context)


def parent_template(template: Template) -> str | None:
    """Return the name in ``{% extends %}``; ``None`` without the tag or with a variable name."""
    extends = _extends(template.nodelist)
    name = None if extends is None else extends.parent_name
    if not isinstance(name, FilterExpression) or name.is_var or name.filters:
        return None
    return str(name.var)


def is_frame(template: Template) -> bool:
    """Return whether a template extends no other template (a base template)."""
    return _extends(template.nodelist) is None


def chain_nodes(chain: Chain) -> NodeList | None:
    """Return the merged nodes of a page; ``None`` if only Django can render a block."""
    if any(_is_spoken_of(node) and not _is_super(node) for node in _deep(chain)):
        return None
    versions: dict[str, list[NodeList]] = {}
    for nodes in chain:
        blocks = {node.name: node for node in _deep([nodes]) if isinstance(node, BlockNode)}
        for name, block in blocks.items():
            versions.setdefault(name, []).append(block.nodelist)
    *parts, frame = chain
    before = [node for nodes in parts for node in nodes if isinstance(node, TextNode)]
    return NodeList([*before, *_placed(frame, versions, "", 0)])


def tokens_drop(nodes: Iterable[Node]) -> None:
    """Drop the tokens of nodes, which only the debug page and ``chain_nodes`` read.

    They were a fifth of the memory of all templates.
    """
    for node in nodes:
        if not _is_spoken_of(node):
            # Access to ``__dict__`` would cost more memory than the token.
            node.token = None
        tokens_drop(node.nodes if isinstance(node, ConstantNode) else ())
        for inner in child_lists(node):
            tokens_drop(inner)


def _placed(nodes: Iterable[Node], versions: Versions, name: str, number: int) -> Iterator[Node]:
    """Yield nodes with blocks replaced; ``number`` is the index in ``versions[name]``."""
    for node in nodes:
        if isinstance(node, BlockNode):
            yield from _version(versions, node.name, 0)
        elif _is_super(node):
            yield from _version(versions, name, number + 1)
        elif any(isinstance(one, BlockNode) or _is_super(one) for one in _deep(child_lists(node))):
            yield _copied(node, versions, name, number)
        else:
            yield node


def _version(versions: Versions, name: str, number: int) -> list[Node]:
    if number >= len(versions[name]):
        return []
    nodes = list(_placed(versions[name][number], versions, name, number))
    return nodes if all(map(_is_nameless, nodes)) else [ScopeNode(nodes)]


def _copied(node: Node, versions: Versions, name: str, number: int) -> Node:
    """Return a copy of a node with replaced inner nodes, because other pages use the original."""
    made = copy(node)
    if isinstance(made, IfNode):
        made.conditions_nodelists = [
            (condition, NodeList(_placed(nodes, versions, name, number)))
            for condition, nodes in made.conditions_nodelists
        ]
        return made
    for attribute in node.child_nodelists:
        inner = getattr(node, attribute, None)
        if isinstance(inner, NodeList):
            setattr(made, attribute, NodeList(_placed(inner, versions, name, number)))
    return made


def _extends(nodes: NodeList) -> ExtendsNode | None:
    return next((node for node in nodes if isinstance(node, ExtendsNode)), None)


def _deep(lists: Iterable[Iterable[Node]]) -> Iterator[Node]:
    for nodes in lists:
        for node in nodes:
            yield node
            yield from _deep(child_lists(node))


def _is_super(node: Node) -> bool:
    if not isinstance(node, VariableNode):
        return False
    expression = node.filter_expression
    is_plain = isinstance(expression.var, Variable) and not expression.filters
    return is_plain and expression.var.lookups == ("block", "super")


def _is_spoken_of(node: Node) -> bool:
    token = getattr(node, "token", None)
    return token is not None and _SPOKEN_OF.search(token.contents) is not None


def _is_nameless(node: Node) -> bool:
    if isinstance(node, ScopeNode):
        return True
    is_known = isinstance(node, _NAMELESS) and not any(getattr(node, one, None) for one in _NAMING)
    if isinstance(node, ForNode | WithNode):
        # Variables that these nodes set are not visible after the nodes.
        return True
    return is_known and all(map(_is_nameless, _deep(child_lists(node))))
