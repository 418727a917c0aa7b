"""Checks pairwise judgements against the tree and the written weights: ids, joined pairs, consistency (E119), agreement (W206)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import nan

from .comparisons import Comparison, pairs_of
from .indicators import IndicatorSystem, Leaf
from .indicators import Node as Block
from .judgements import MOST_CRITERIA, RANDOM_INDEX_NAME, Weighed, unjoined, weigh
from .numbers import number_text, read_number
from .reading import Reader
from .yamltext import Mapping as MappingNode
from .yamltext import Node, suggestion, word_at


def check_comparisons(reader: Reader, system: IndicatorSystem, body: MappingNode, entries: Mapping[str, MappingNode]) -> None:
    """Each block with ``compared``, and the top of the tree."""
    for block in system.nodes:
        if block.compared:
            _Checked(reader, system, block.compared, block.code, entries).check(entries[block.code].get("compared"))
    if system.compared:
        _Checked(reader, system, system.compared, "", entries).check(body.get("compared"))


class _Checked:
    """The comparison of what stands directly below one block."""

    def __init__(self, reader: Reader, system: IndicatorSystem, comparison: Comparison, code: str,
                 entries: Mapping[str, MappingNode]) -> None:  # fmt: skip
        self.reader, self.system, self.comparison, self.entries = reader, system, comparison, entries
        self.children = system.children(code)
        self.codes = [one.code for one in self.children]
        self.name = code or system.id

    def check(self, node: Node | None) -> None:
        """Report what is wrong; what follows from another fault only is not told as well."""
        pairs = pairs_of(node)
        if not self._all_known(pairs) or len(pairs) != len(self.comparison.judged) or len(self.codes) < 2:
            return
        if len(self.codes) > MOST_CRITERIA:
            self.reader.error("E148", 'Below "{id}" stand {count} items; at most {most} can be compared.', node, id=self.name,
                              count=len(self.codes), most=MOST_CRITERIA, hint="Make blocks of them, or leave the comparison out.")
            return
        matrix = self._matrix()
        needed = unjoined(matrix)
        if needed:
            self.reader.error("E148", 'The pairs do not join everything below "{id}".', node, id=self.name,
                              needed=", ".join(f"{self.codes[i]} : {self.codes[j]}" for i, j in needed), hint="Compare also: {needed}.")
            return
        found = weigh(matrix)
        if not self._contradicts(found, pairs):
            self._check_weights(found, node)

    def _all_known(self, pairs: Iterable[MappingNode]) -> bool:
        known = True
        for pair in pairs:
            for name in ("a", "b"):
                word = word_at(pair, name)
                if word and word not in self.codes:
                    known = False
                    self.reader.error("E133", '"{word}" does not stand directly below "{id}". {guess}', pair.get(name), word=word,
                                      id=self.name, guess=suggestion(word, self.codes), known=", ".join(self.codes),
                                      hint="Known: {known}.")  # fmt: skip
        return known

    def _matrix(self) -> list[list[float]]:
        place = {code: number for number, code in enumerate(self.codes)}
        matrix = [[1.0 if i == j else nan for j in range(len(place))] for i in range(len(place))]
        for a, b, ratio in self.comparison.judged:
            matrix[place[a]][place[b]], matrix[place[b]][place[a]] = float(ratio), float(1 / ratio)
        return matrix

    def _contradicts(self, found: Weighed, pairs: list[MappingNode]) -> bool:
        """Told at the judgement that fits the others least."""
        if found.ratio <= float(self.comparison.most) or not found.worst_pairs:
            return False
        written = {(word_at(pair, "a"), word_at(pair, "b")): pair for pair in pairs}
        told = []
        for one in found.worst_pairs:
            a, b, fitting = self.codes[one.first], self.codes[one.second], one.fitting
            if (a, b) not in written:
                a, b, fitting = b, a, 1 / one.fitting
            told.append(f"{a} : {b} = {word_at(written[a, b], 'ratio')} ({_ratio_text(fitting)})")
        worst = found.worst_pairs[0]
        first, second = self.codes[worst.first], self.codes[worst.second]
        pair = written.get((first, second)) or written[second, first]
        self.reader.error("E119", 'The comparison below "{id}" contradicts itself: consistency ratio {ratio}, allowed {most} (random '
                          "index: {index}). The worst pairs, in brackets what would fit the others: {pairs}.", pair.get("ratio"),
                          id=self.name, ratio=f"{found.ratio:.3f}", most=number_text(self.comparison.most), index=RANDOM_INDEX_NAME,
                          pairs=", ".join(told), hint="Judge these pairs again.")
        return True

    def _check_weights(self, found: Weighed, node: Node | None) -> None:
        """The written weights may be rounded, so that they add up; a whole last place is more than that."""
        shares = [self._share(one) for one in self.children]
        known = [share for share in shares if share is not None]
        total = sum(known, Fraction(0))
        if len(known) < len(shares) or not total:
            return
        unit = min(self._unit(one.code, share) for one, share in zip(self.children, known, strict=True))
        meant = [weight * float(total) for weight in found.weights]
        if all(abs(float(share) - one) < unit for share, one in zip(known, meant, strict=True)):
            return
        parts = [f"{code}={number_text(share)} ({one:.2f})" for code, share, one in zip(self.codes, known, meant, strict=True)]
        self.reader.error("W206", 'What is written below "{id}" differs from its comparison, which stands in brackets: {parts}.', node,
                          severity="warning", id=self.name, parts=", ".join(parts),
                          hint="Take over the numbers of the comparison, or leave the comparison out.")

    def _share(self, item: Block | Leaf) -> Fraction | None:
        if self.system.score.method == "weights":
            return item.weight
        below = sum((leaf.points for leaf in self.system.leaves_under(item.code)), Fraction(0))
        return below if item.points is None else item.points

    def _unit(self, code: str, share: Fraction) -> float:
        """What the last written place of a weight is worth."""
        text = word_at(self.entries[code], "weight" if self.system.score.method == "weights" else "points")
        if read_number(text) is None:
            text = number_text(share)
        decimals = len(text.strip().removesuffix("%").strip().partition(".")[2])
        return 10.0 ** -(decimals + 2 * text.strip().endswith("%"))


def _ratio_text(value: float) -> str:
    """As people write it: 2.4, or 1/2.4."""
    return f"{value:.1f}" if value >= 1 else f"1/{1 / value:.1f}"
