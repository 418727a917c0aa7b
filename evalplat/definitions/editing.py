"""Changes to a definition's file, place by place, so that a form can write it: the rest keeps its content and its order.

A place is a path of keys; in a list an entry is named by its ``id``, or by its number from 0 where entries have none. Comments are lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence as AbstractSequence
from functools import lru_cache

from .problems import Problem, Where
from .yaml_writing import write_yaml
from .yamltext import Mapping, Node, Scalar, Sequence, load_yaml, suggestion

Path = tuple[str, ...]
Value = str | AbstractMapping[str, "Value | None"] | AbstractSequence["Value | None"]
_LANGUAGES = ("zh", "en")
_NOWHERE = Where()


class CannotEdit(ValueError):
    """A text that cannot be read, or a place that is not there. ``problem`` says it with its position."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line())
        self.problem = problem


def edited(text: str, changes: AbstractMapping[Path, Value | None], *, file: str = "") -> str:
    """``text`` with every change made, in their order: a value replaces or is inserted under its key, None takes the entry out.

    ``("indicators", "C101", "points"): "4"`` · ``("rules", "done_rate", "bands", "0", "points"): "3"`` · ``("indicators", "C101",
    "title", "zh"): "…"`` (a title without languages gets them). An entry that is not there can be put at the end of its list by its new
    id or by the next number, as a mapping. ``CannotEdit`` if the text is no YAML or a place is not there; nothing is changed then.
    """
    root = read_tree(text, file)
    for path, value in changes.items():
        root = _changed(root, path, 0, None if value is None else node_of(value))
    return write_yaml(root)


def placed(text: str, path: Path, *, before: str | None, file: str = "") -> str:
    """``text`` with the entry of a list (``("indicators", "C103")``) put before another one of the same list; None for its end."""
    root = read_tree(text, file)
    place = at(root, path[:-1])
    if not path or not isinstance(place, Sequence):
        raise CannotEdit(_missing(path, max(0, len(path) - 1), place))
    items = list(place.items)
    entry = items.pop(_index(place, path, len(path) - 1))
    rest = Sequence(tuple(items), place.where)
    items.insert(len(items) if before is None else _index(rest, (*path[:-1], before), len(path) - 1), entry)
    return write_yaml(_put(root, path[:-1], Sequence(tuple(items), place.where)))


@lru_cache(maxsize=16)
def read_tree(text: str, file: str = "") -> Node:
    """The node tree of a text; ``CannotEdit`` if it cannot be read."""
    root, problems = load_yaml(text, file)
    if root is None:
        raise CannotEdit(problems[0])
    return root


def at(root: Node, path: Path) -> Node:
    """What stands at a place; ``CannotEdit`` if nothing does."""
    node = root
    for depth in range(len(path)):
        found = _child(node, path, depth)
        if found is None:
            raise CannotEdit(_missing(path, depth, node))
        node = found
    return node


def node_of(value: Value | None) -> Node:
    """Texts, mappings and lists as nodes; None inside them is an empty place."""
    if value is None:
        return Scalar("", _NOWHERE)
    if isinstance(value, str):
        return Scalar(value, _NOWHERE, plain=False)
    if isinstance(value, AbstractMapping):
        return Mapping(tuple((Scalar(key, _NOWHERE), node_of(inner)) for key, inner in value.items()), _NOWHERE)
    return Sequence(tuple(node_of(inner) for inner in value), _NOWHERE)


def _changed(node: Node, path: Path, depth: int, value: Node | None) -> Node:
    """``node`` with the rest of the path changed; only the branch on the way is made anew."""
    if depth == len(path):
        assert value is not None
        if isinstance(value, Scalar) and not isinstance(node, Scalar):
            raise CannotEdit(Problem("E161", 'At "{path}" stands more than one value.', node.where, {"path": " → ".join(path)},
                                     "Name the place inside it."))
        return value
    node = _spoken(node, path, depth)
    last = depth == len(path) - 1
    child = _child(node, path, depth)
    if child is None:
        return _inserted(node, path, depth, value)
    new = None if last and value is None else _changed(child, path, depth + 1, value)
    emptied = isinstance(new, Mapping) and not new.entries and path[depth + 1 :] in (("zh",), ("en",))
    return _with(node, path, depth, None if emptied else new)


def _spoken(node: Node, path: Path, depth: int) -> Node:
    """A plain text whose languages are asked for: what stood there is its Chinese."""
    if isinstance(node, Scalar) and depth == len(path) - 1 and depth and path[depth] in _LANGUAGES:
        return Mapping(() if node.is_null else ((Scalar("zh", node.where), node),), node.where)
    return node


def _child(node: Node, path: Path, depth: int) -> Node | None:
    if isinstance(node, Mapping):
        return node.get(path[depth])
    if isinstance(node, Sequence):
        found = _place(node, path[depth])
        return None if found is None else node.items[found]
    return None


def _place(node: Sequence, word: str) -> int | None:
    """Where the entry with this id stands; by its number if the entries have no ids."""
    ids = [_id(item) for item in node.items]
    if any(one is not None for one in ids):
        return ids.index(word) if word in ids else None
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else len(ids)
    return number if number < len(ids) else None


def _id(item: Node) -> str | None:
    found = item.get("id") if isinstance(item, Mapping) else None
    return found.text if isinstance(found, Scalar) else None


def _index(node: Sequence, path: Path, depth: int) -> int:
    found = _place(node, path[depth])
    if found is None:
        raise CannotEdit(_missing(path, depth, node))
    return found


def _inserted(node: Node, path: Path, depth: int, value: Node | None) -> Node:
    """``node`` with something under a name that it does not have yet. Taking out what is no key of a mapping changes nothing."""
    last = depth == len(path) - 1
    if isinstance(node, Mapping) and last:
        return node if value is None else Mapping((*node.entries, (Scalar(path[depth], _NOWHERE), value)), node.where)
    if isinstance(node, Mapping) and depth == len(path) - 2 and path[-1] in _LANGUAGES:
        text = () if value is None else ((Scalar(path[-1], _NOWHERE), value),)
        return Mapping((*node.entries, (Scalar(path[depth], _NOWHERE), Mapping(text, _NOWHERE))), node.where) if text else node
    if isinstance(node, Sequence) and last and value is not None and _may_follow(node, path[depth], value):
        return Sequence((*node.items, value), node.where)
    raise CannotEdit(_missing(path, depth, node))


def _may_follow(node: Sequence, word: str, value: Node) -> bool:
    """Whether a new entry goes to the end under this word: it carries the word as its id, or the word is the next number."""
    return _id(value) == word if _id(value) is not None else word == str(len(node.items))


def _with(node: Node, path: Path, depth: int, new: Node | None) -> Node:
    """``node`` with its child replaced; without it for None."""
    if isinstance(node, Sequence):
        found = _index(node, path, depth)
        items = (*node.items[:found], *(() if new is None else (new,)), *node.items[found + 1 :])
        return Sequence(items, node.where)
    assert isinstance(node, Mapping)
    kept: list[tuple[Scalar, Node]] = []
    first = True
    for key, value in node.entries:
        here = key.text == path[depth] and first
        first = first and not here
        if not here:
            kept.append((key, value))
        elif new is not None:
            kept.append((key, new))
    return Mapping(tuple(kept), node.where)


def _put(root: Node, path: Path, new: Node) -> Node:
    return _changed(root, path, 0, new) if path else new


def _missing(path: Path, depth: int, node: Node) -> Problem:
    word = path[depth] if depth < len(path) else ""
    params = {"word": word, "path": " → ".join(path), "guess": suggestion(word, _names(node))}
    message = 'There is no "{word}" at this place ({path}).' + (" {guess}" if params["guess"] else "")
    return Problem("E162", message, node.where, params, "Open the page again: somebody may have changed the file.")


def _names(node: Node) -> Iterable[str]:
    if isinstance(node, Mapping):
        return [key.text for key, _ in node]
    return [one for one in map(_id, node.items) if one] if isinstance(node, Sequence) else []
