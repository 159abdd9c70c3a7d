"""Pack text read exactly: numbers keep their written digits, every value remembers its line."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cp_circles.errors import msg

Path = tuple[str | int, ...]

_BOOL = re.compile(r"^(?:true|false)$")
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$")
_NULL = re.compile(r"^(?:~|null|)$")


class TextProblem(Exception):
    """The text is not readable as a pack: the line, and what is wrong and to do as a message with values."""

    def __init__(self, line: int, msgid: str, **values: object) -> None:
        self.line = line
        self.msgid = msgid
        self.values = values
        super().__init__(msgid % values if values else msgid)


_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _ExactLoader(_FAST):  # type: ignore[misc]
    """A safe loader that knows only null, true/false, whole numbers, decimals and text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_ExactLoader.add_implicit_resolver("tag:yaml.org,2002:bool", _BOOL, list("tf"))
_ExactLoader.add_implicit_resolver("tag:yaml.org,2002:int", _INT, list("-+0123456789"))
_ExactLoader.add_implicit_resolver("tag:yaml.org,2002:float", _DECIMAL, list("-+0123456789"))
_ExactLoader.add_implicit_resolver("tag:yaml.org,2002:null", _NULL, ["~", "n", ""])


def compose(text: str) -> Node:
    """The node tree of one YAML document; raises TextProblem on bad syntax or an alias."""
    try:
        _refuse_aliases(text)
        root = yaml.compose(text, Loader=_ExactLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        text_ = msg("The text is not valid YAML (%(problem)s); correct the syntax.")
        raise TextProblem(line, text_, problem=problem) from error
    if root is None:
        raise TextProblem(1, msg("The text is empty; write the pack, beginning with kind, key and edition."))
    return root


def values(node: Node) -> Any:
    """Plain values of a node tree; decimals are built from the digits as written."""
    if isinstance(node, MappingNode):
        return _mapping(node)
    if isinstance(node, SequenceNode):
        return [values(child) for child in node.value]
    return _scalar(node)


def line_of(root: Node, path: Iterable[str | int]) -> int:
    """The line of the deepest value of `path` that exists; parts that name no child are passed over."""
    node = root
    for part in path:
        child = _child(node, part)
        node = node if child is None else child
    return int(node.start_mark.line) + 1


def place_of(path: Iterable[str | int]) -> str:
    """A path as people read it: steps[3].records[0].kind."""
    place = ""
    for part in path:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place or "(whole pack)"


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return cast(Node, node.value[part])
    return None


def _refuse_aliases(text: str) -> None:
    for token in yaml.scan(text, Loader=_ExactLoader):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken | yaml.TagToken):
            raise TextProblem(
                token.start_mark.line + 1,
                msg("Anchors, aliases and tags are not used in packs; write the value out."),
            )


def _mapping(node: MappingNode) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key, str) or key in result:
            raise TextProblem(
                key_node.start_mark.line + 1,
                msg("The key %(key)s stands twice or is no text; keep one of them."),
                key=key,
            )
        result[key] = values(value_node)
    return result


def _scalar(node: Node) -> Any:
    if not isinstance(node, ScalarNode):
        raise TextProblem(
            node.start_mark.line + 1, msg("This value has an unknown shape; use text or a number.")
        )
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value == "true"
    if kind == "int":
        return int(node.value)
    return Decimal(node.value) if kind == "float" else node.value
