"""The pairwise judgements that the weights below a block came from, as the file says them: ``compared``, read and told apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .numbers import number_text, read_number
from .reading import Reader
from .yamltext import Mapping, Node, Scalar

LIMIT = Fraction(1, 10)
STRONGEST = 9
_PARTS = re.compile(r"(\d{1,6})\s*/\s*([1-9]\d{0,5})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``judged``: (a, b, how many times as important a is as b), each pair once; ``most`` is the consistency ratio that is allowed."""

    judged: tuple[tuple[str, str, Fraction], ...] = ()
    most: Fraction = LIMIT

    def facts(self) -> dict[str, str]:
        """What it says, pair by pair, whichever way round a pair is written."""
        found = {"max_cr": f"{number_text(self.most * 100)} %"}
        for a, b, ratio in self.judged:
            first, second = sorted((a, b))
            found[f"compared {first} : {second}"] = str(ratio if a == first else 1 / ratio)
        return found


def read_ratio(text: str) -> Fraction | None:
    """``3``, ``1/5`` or ``2.5`` from 1/9 to 9; None if it is anything else."""
    parts = _PARTS.match(text.strip())
    value = Fraction(int(parts[1]), int(parts[2])) if parts else None if "%" in text else read_number(text)
    return value if value is not None and Fraction(1, STRONGEST) <= value <= STRONGEST else None


def read_comparison(reader: Reader, node: Node | None) -> Comparison | None:
    """What stands under ``compared``; None if nothing does."""
    body = reader.mapping(node, known=("max_cr", "pairs"))
    if body is None:
        return None
    most = reader.number(body, "max_cr", LIMIT)
    if most is None or not 0 <= most <= 1:
        reader.error("E128", 'max_cr must be between 0 % and 100 %: "{text}".', body.get("max_cr"), text=reader.word(body, "max_cr"),
                     hint="Leave it out for the usual 10 %.")
        most = LIMIT
    found: dict[tuple[str, str], Fraction] = {}
    for item in reader.items(body.get("pairs")):
        pair = reader.mapping(item, known=("a", "b", "ratio"))
        read = _pair(reader, pair, found) if pair else None
        if read:
            found[read[0], read[1]] = read[2]
    return Comparison(tuple((a, b, ratio) for (a, b), ratio in found.items()), most)


def _pair(reader: Reader, pair: Mapping, known: dict[tuple[str, str], Fraction]) -> tuple[str, str, Fraction] | None:
    a, b = (reader.word(pair, name, required=True) for name in ("a", "b"))
    text, node = reader.word(pair, "ratio", required=True), pair.get("ratio")
    ratio = read_ratio(text)
    if text and ratio is None:
        reader.error("E147", '"{text}" is no ratio from 1/9 to 9.', node, text=text, hint="Write a whole number or a fraction: 3, or 1/5.")
    if a and a == b:
        reader.error("E146", '"{id}" is compared with itself.', pair.get("b"), id=a, hint="Leave the pair out.")
        return None
    if (a, b) in known or (b, a) in known:
        reader.error("E146", 'The pair "{a}" and "{b}" is compared twice.', pair.get("a"), a=a, b=b, hint="Keep one of them.")
        return None
    return (a, b, ratio) if a and b and ratio is not None else None


def pairs_of(node: Node | None) -> list[Mapping]:
    """The pairs as they are written, for their places."""
    pairs = node.get("pairs") if isinstance(node, Mapping) else None
    found = () if pairs is None or isinstance(pairs, Scalar) else pairs
    return [one for one in found if isinstance(one, Mapping)]
