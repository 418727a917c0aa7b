"""Two versions of a result side by side: what changed in each block and indicator, by how much, and which decision caused it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from evalplat.kernel.i18n import gettext
from evalplat.scores.queries import AdjustmentView, BlockView, LeafView, ScoreView

TOTAL, BLOCK, LEAF = "total", "block", "leaf"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line. ``causes`` are what the later version rests on beyond the earlier one, with the way to the document if there is
    one; ``note`` is the decision's own words. The numbers open in the version that they are of."""

    kind: str
    code: str
    title: str
    full: Decimal | None
    before: Decimal | None
    after: Decimal | None
    causes: tuple[tuple[str, str], ...] = ()
    note: str = ""
    before_href: str = ""
    after_href: str = ""

    @property
    def change(self) -> Decimal | None:
        """Signed; None where one side has no points."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def low(self) -> Decimal | None:
        """The smaller of both, for the drawing."""
        return None if self.before is None or self.after is None else min(self.before, self.after)

    @property
    def high(self) -> Decimal | None:
        """The greater of both."""
        return None if self.before is None or self.after is None else max(self.before, self.after)


def changes(before: ScoreView, after: ScoreView, *, base: str, documents: Mapping[str, str]) -> list[Difference]:
    """The total, then each block that changed with its indicators, then what is added and deducted. ``documents``: number → href."""
    found = []
    for block in after.blocks:
        leaves = [_leaf(old, leaf, before, after, base=base, documents=documents) for leaf in block.leaves
                  if _differ(old := before.leaf(leaf.code), leaf)]
        earlier = next((one for one in before.blocks if one.code == block.code), None)
        if leaves or earlier is None or earlier.points != block.points:
            found += [_block(earlier, block, before, after, base=base), *leaves]
    found += _adjustments(before, after)
    whole = Difference(TOTAL, "", gettext("Total score"), None, before.total, after.total,
                       before_href=f"{base}?version={before.version}#total", after_href=f"{base}?version={after.version}#total")
    return [whole, *found] if found else []


def differences(before: ScoreView, after: ScoreView) -> list[Difference]:
    """The indicators alone whose points are not the same, in their order."""
    return [one for one in changes(before, after, base="", documents={}) if one.kind == LEAF]


def _differ(old: LeafView | None, new: LeafView) -> bool:
    return old is None or (old.points, old.state) != (new.points, new.state)


def _leaf(old: LeafView | None, new: LeafView, before: ScoreView, after: ScoreView, *, base: str,
          documents: Mapping[str, str]) -> Difference:
    refs = [ref for ref in new.refs if old is None or ref not in old.refs]
    causes = tuple((ref, _document(ref, documents)) for ref in refs) or ((after.reason, _document(after.reason, documents)),)
    return Difference(LEAF, new.code, new.title, new.effective_max, old.points if old else None, new.points, causes,
                      new.decision or new.line or new.reason, _href(base, before, new.code), _href(base, after, new.code))


def _block(old: BlockView | None, new: BlockView, before: ScoreView, after: ScoreView, *, base: str) -> Difference:
    return Difference(BLOCK, new.code, new.title, new.max_points, old.points if old else None, new.points,
                      before_href=_href(base, before, new.code, opens=False), after_href=_href(base, after, new.code, opens=False))


def _href(base: str, view: ScoreView, code: str, *, opens: bool = True) -> str:
    return f"{base}?version={view.version}{f'&open={code}' if opens else ''}#{code}"


def _document(text: str, documents: Mapping[str, str]) -> str:
    """The way to the document whose number stands in a reference."""
    return next((href for number, href in documents.items() if number and number in text), "")


def _adjustments(before: ScoreView, after: ScoreView) -> list[Difference]:
    old, new = _sums(before.adjustments), _sums(after.adjustments)
    titles = {one.code: one.title for one in (*before.adjustments, *after.adjustments)}
    reasons = {one.code: " ".join(part for part in (one.reason, one.ref) if part) for one in after.adjustments}
    return [Difference(BLOCK, code, title, None, old.get(code, Decimal(0)), new.get(code, Decimal(0)), note=reasons.get(code, ""))
            for code, title in titles.items() if old.get(code) != new.get(code)]


def _sums(given: Iterable[AdjustmentView]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in given:
        found[one.code] = found.get(one.code, Decimal(0)) + one.points
    return found
