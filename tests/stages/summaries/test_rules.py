"""Pooled intervals, placeholders, indexes that agree with picking."""

from __future__ import annotations

from decimal import Decimal

from evalplat.stages.summaries.rules import pooled
from evalplat.stages.summaries.rules_books import Books, FindingRow, Shelf, pick
from evalplat.stages.summaries.rules_draft import fill, unknown

ROWS = (FindingRow("a", "F-01", "P31", "major", ("D1", "D2"), "routed", ""), FindingRow("b", "F-01", "P11", "minor", ("D3",), "routed", ""))


def test_independent_halves_add_up_as_squares() -> None:
    mean, half = pooled([(Decimal(80), 100, Decimal(3)), (Decimal(90), 100, Decimal(4)), (None, 3, None)])
    assert (mean, half) == (Decimal("85.00"), Decimal("2.50"))


def test_an_unknown_interval_is_the_widest_and_none_at_all_is_none() -> None:
    assert pooled([(Decimal(80), 99, Decimal(0)), (Decimal(80), 1, None)]) == (Decimal("80.00"), Decimal("0.50"))
    assert pooled([(Decimal(80), 9, None)]) == (Decimal("80.00"), None)
    assert pooled([]) == (None, None)


def test_numbers_stand_in_braces() -> None:
    assert fill("共{家数}家，{别的}", {"家数": "80"}) == "共80家，{别的}"
    assert unknown("共{家数}家，{别的}", {"家数": "80"}) == ["别的"]


def test_an_index_counts_what_picking_finds() -> None:
    shelf = Shelf(Books(findings=ROWS))
    for asked in ({}, {"severity": "major"}, {"destinations": "D2"}, {"told": "0"}, {"family": "P3", "severity": "minor"}, {"unit": "c"}):
        assert shelf.count("findings", **asked) == len(pick(ROWS, asked))


def test_whoever_may_not_know_reads_nothing_of_a_referral() -> None:
    rows = Books(findings=(*ROWS, FindingRow("c", "F-02", "P31", "major", ("D2", "D3"), "routed", ""))).without_referrals().findings
    assert [row.destinations for row in rows] == [("D1", "D2"), ("D2",)]
