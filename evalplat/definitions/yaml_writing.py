"""An indicator file written from its node tree: one way to format it, quotes only where a text would be read otherwise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from .yamltext import Mapping, Node, Scalar, Sequence

WIDTH = 140
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=~\\\x00-\x1f\x7f-\x9f\ufeff]")
_NEVER = re.compile(r": |:$| #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|[A-Za-z0-9_.-]：")
_FLOW_SIGNS = re.compile(r"[,\[\]{}]|:(?=[,\[\]{}]|$)")
_NULLS = ("", "~", "null", "Null", "NULL")


def write_yaml(root: Node) -> str:
    """The text of the whole tree, in its order; reading it gives the same content. ``version`` is always quoted."""
    if isinstance(root, Mapping) and root.entries:
        return "\n".join(_lines(root, 0)) + "\n"
    return _flow(root) + "\n"


def _lines(node: Node, depth: int) -> Iterator[str]:
    """The block form: a line an entry, short entries in flow form on their line."""
    blank = "  " * depth
    if isinstance(node, Mapping):
        for key, value in node:
            name = _scalar(Scalar(key.text, key.where, plain=False), version=False)
            if _fits(value, len(blank) + len(name) + 2, depth):
                yield f"{blank}{name}: {_flow(value, version=key.text == 'version')}"
            else:
                yield f"{blank}{name}:"
                yield from _lines(value, depth + 1)
        return
    assert isinstance(node, Sequence)
    for item in node:
        if _fits(item, len(blank) + 2, depth + 1):
            yield f"{blank}- {_flow(item)}"
        else:
            inner = list(_lines(item, depth + 1))
            yield f"{blank}- {inner[0].lstrip()}"
            yield from inner[1:]


def _fits(node: Node, before: int, depth: int) -> bool:
    """Texts and what is empty always stand on their line; lists of entries at the top are written out."""
    if isinstance(node, Scalar) or not (node.entries if isinstance(node, Mapping) else node.items):
        return True
    if depth == 0 and any(isinstance(one, Mapping) for one in _values(node)) and not _is_text(node):
        return False
    return before + len(_flow(node)) <= WIDTH


def _is_text(node: Node) -> bool:
    return isinstance(node, Mapping) and all(key.text in ("zh", "en") for key, _ in node)


def _values(node: Mapping | Sequence) -> tuple[Node, ...]:
    return tuple(value for _, value in node) if isinstance(node, Mapping) else node.items


def _flow(node: Node, *, version: bool = False) -> str:
    """The form with braces, on one line."""
    if isinstance(node, Mapping):
        parts = (f"{_scalar(Scalar(key.text, key.where, plain=False), flow=True)}: {_flow_item(value)}" for key, value in node)
        return "{" + ", ".join(parts) + "}"
    if isinstance(node, Sequence):
        return "[" + ", ".join(_flow_item(item) for item in node) + "]"
    return _scalar(node, version=version)


def _flow_item(node: Node) -> str:
    return _scalar(node, flow=True) if isinstance(node, Scalar) else _flow(node)


def _scalar(node: Scalar, *, flow: bool = False, version: bool = False) -> str:
    text = node.text
    if node.is_null:
        return "~"
    starts = _PLAIN.match(text) or re.match(r"-\d", text)
    unsafe = not starts or _NEVER.search(text) or text != text.strip() or (flow and _FLOW_SIGNS.search(text))
    return _quoted(text) if unsafe or version or text in _NULLS else text


def _quoted(text: str) -> str:
    """Between double quotes, as JSON has it; what YAML would fold or refuse is written as its number."""
    quoted = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", lambda found: f"\\u{ord(found[0]):04x}", quoted)
