"""Templates as Python functions: a list of nodes becomes one function that renders it.

Texts, variables, conditions and loops are lines of the function; each other node is called. The
nodes that Django has read are not changed, because other templates extend or merge them.
"""

from collections.abc import Callable, Iterable
from copy import copy
from html import escape
from types import MappingProxyType
from typing import Any

from django.template import Context, Node, NodeList
from django.template.base import (
    FilterExpression,
    TextNode,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import FirstOfNode, ForNode, IfNode, LoadNode, URLNode, WithNode
from django.template.library import InclusionNode, SimpleNode
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode
from django.utils.safestring import SafeString

from shared.ui.rendering.conditions import condition_finder, has_known_operators
from shared.ui.rendering.expressions import (
    CompiledExpression,
    value_finder,
    value_or_none_finder,
)
from shared.ui.rendering.nodes import CompiledIncludeNode, CompiledSimpleNode
from shared.ui.rendering.source import FunctionWriter

# Name of the attribute of a node with itself and the node that renders in its place.
_PREPARED = "_prepared"
# Python has a limit of 20 blocks inside of each other, and a loop has two.
MAX_DEPTH = 16
# The nodes that render as in Django, with compiled expressions in these attributes.
EXPRESSIONS: MappingProxyType[type[Node], tuple[str, ...]] = MappingProxyType(
    {
        BlockTranslateNode: ("extra_context", "counter"),
        FirstOfNode: ("vars",),
        IncludeNode: ("template", "extra_context"),
        InclusionNode: ("args", "kwargs"),
        URLNode: ("args", "kwargs"),
        WithNode: ("extra_context",),
    }
)


class CompiledNodeList(NodeList):
    """A list of nodes, rendered by one function without annotations for the debug page."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        super().__init__(nodes)
        writer = FunctionWriter()
        _add_nodes(writer, self)
        self._render_texts = writer.function("<template>")

    def render(self, context: Context) -> SafeString:
        """Return the text of all nodes."""
        return SafeString("".join(self._render_texts(context)))


def _add_nodes(writer: FunctionWriter, nodes: Iterable[Node]) -> None:
    for node in nodes:
        add = _ADDED_AS_LINES.get(type(node), _add_call)
        add(writer, node)


def _add_call(writer: FunctionWriter, node: Node) -> None:
    writer.add_line(f"add({writer.name_of(_prepared_once(node).render)}(context))")


def _add_text(writer: FunctionWriter, node: TextNode) -> None:
    writer.add_text(node.s)


def _add_nothing(_writer: FunctionWriter, _node: Node) -> None:
    pass


def _add_variable(writer: FunctionWriter, node: VariableNode) -> None:
    find = writer.name_of(value_finder(node.filter_expression))
    with writer.block("try:"):
        writer.add_line(f"value = {find}(context)")
    # Django writes nothing where a value is no text of its encoding.
    with writer.block("except UnicodeDecodeError:"):
        writer.add_line("value = ''")
    writer.add_line(f"add({writer.name_of(_shown)}(value, context))")


def _add_condition(writer: FunctionWriter, node: IfNode) -> None:
    conditions = [condition for condition, _nodes in node.conditions_nodelists]
    if writer.depth > MAX_DEPTH or not all(map(has_known_operators, conditions)):
        _add_call(writer, node)
        return
    word = "if"
    for condition, nodes in node.conditions_nodelists:
        head = "True" if condition is None else _call(writer, condition_finder(condition))
        with writer.block(f"{word} {head}:"):
            _add_nodes(writer, nodes)
        word = "elif"


def _add_loop(writer: FunctionWriter, node: Any) -> None:
    if writer.depth > MAX_DEPTH:
        _add_call(writer, node)
        return
    # Loops inside of each other need names of their own.
    values, turn, item, number, count = (
        f"{name}_{writer.depth}" for name in ("values", "turn", "item", "number", "count")
    )
    find = value_or_none_finder(node.sequence)
    writer.add_line(f"{turn} = {{'parentloop': context.get('forloop', {{}})}}")
    with writer.block("with context.push():"):
        writer.add_line(f"{values} = {writer.name_of(_sized)}({_call(writer, find)})")
        writer.add_line(f"{count} = len({values})")
        with writer.block(f"if {count} < 1:"):
            _add_nodes(writer, node.nodelist_empty)
        with writer.block("else:"):
            writer.add_line(f"context.dicts[-1]['forloop'] = {turn}")
            ordered = f"reversed({values})" if node.is_reversed else values
            with writer.block(f"for {number}, {item} in enumerate({ordered}):"):
                writer.add_line(f"{writer.name_of(_count_turn)}({turn}, {number}, {count})")
                _add_turn(writer, node, item)


def _add_turn(writer: FunctionWriter, node: Any, item: str) -> None:
    names = node.loopvars
    if len(names) == 1:
        writer.add_line(f"context.dicts[-1][{names[0]!r}] = {item}")
        _add_nodes(writer, node.nodelist_loop)
        return
    writer.add_line(f"context.update({writer.name_of(_unpacked)}({names!r}, {item}))")
    _add_nodes(writer, node.nodelist_loop)
    writer.add_line("context.pop()")


def _call(writer: FunctionWriter, find: Callable[[Context], Any]) -> str:
    return f"{writer.name_of(find)}(context)"


# By their exact type, because a subclass may do something else.
_ADDED_AS_LINES: MappingProxyType[type[Node], Callable[[FunctionWriter, Any], None]]
_ADDED_AS_LINES = MappingProxyType(
    {
        TextNode: _add_text,
        LoadNode: _add_nothing,
        VariableNode: _add_variable,
        IfNode: _add_condition,
        ForNode: _add_loop,
    }
)


def _shown(value: Any, context: Context) -> str:
    """Return a value as ``render_value_in_context`` does; most values are texts."""
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if kind is str:
        return escape(value) if context.autoescape else value
    return render_value_in_context(value, context)


def _sized(values: Any) -> Any:
    """Return the values of a loop as something with a length."""
    if values is None:
        return ()
    return values if hasattr(values, "__len__") else list(values)


def _count_turn(turn: dict[str, Any], number: int, count: int) -> None:
    turn["counter0"] = number
    turn["counter"] = number + 1
    turn["revcounter"] = count - number
    turn["revcounter0"] = count - number - 1
    turn["first"] = number == 0
    turn["last"] = number == count - 1


def _unpacked(names: list[str], item: Any) -> dict[str, Any]:
    """Return the variables of a turn of a loop with several variables."""
    try:
        length = len(item)
    except TypeError:
        length = 1
    if len(names) != length:
        raise ValueError(f"Need {len(names)} values to unpack in for loop; got {length}. ")
    return dict(zip(names, item, strict=False))


def _prepared_once(node: Node) -> Node:
    """Return the prepared node; all pages that extend one template share its nodes."""
    # Access to ``__dict__`` would take memory for each node.
    known: tuple[Node, Node] | None = getattr(node, _PREPARED, None)
    # A copy has the attribute of its original too, but the blocks of another page inside.
    if known is None or known[0] is not node:
        known = node, _prepared(node)
        setattr(node, _PREPARED, known)
    return known[1]


def _prepared(node: Node) -> Node:
    """Return a node, or a copy of it, that renders with compiled nodes and expressions."""
    # Django itself renders a template whose base template is only known during rendering.
    if isinstance(node, ExtendsNode):
        return node
    if type(node) is IncludeNode and _is_fixed(node):
        return CompiledIncludeNode(node)
    if type(node) is SimpleNode:
        return CompiledSimpleNode(node)
    return _with_expressions(_with_lists(node))


def _with_lists(node: Node) -> Node:
    if isinstance(node, IfNode):
        made = copy(node)
        made.conditions_nodelists = [
            (condition, CompiledNodeList(nodes)) for condition, nodes in node.conditions_nodelists
        ]
        return made
    inner = {name: getattr(node, name, None) for name in node.child_nodelists}
    lists = {name: nodes for name, nodes in inner.items() if isinstance(nodes, NodeList)}
    other = copy(node) if lists else node
    for name, nodes in lists.items():
        setattr(other, name, CompiledNodeList(nodes))
    return other


def _with_expressions(node: Node) -> Node:
    names = EXPRESSIONS.get(type(node), ())
    made = copy(node) if names else node
    for name in names:
        setattr(made, name, _compiled(getattr(node, name)))
    return made


def _compiled(value: Any) -> Any:
    match value:
        case FilterExpression():
            return CompiledExpression(value)
        case list():
            return [_compiled(one) for one in value]
        case dict():
            return {name: _compiled(one) for name, one in value.items()}
    return value


def _is_fixed(node: IncludeNode) -> bool:
    """Return whether an ``{% include %}`` names its template, and not relative to its own."""
    name = node.template
    return not (name.is_var or name.filters or str(name.var).startswith("."))
