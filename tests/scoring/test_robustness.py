from __future__ import annotations

from dataclasses import replace

from evalplat.scoring.engine import score
from evalplat.scoring.model import Measurements
from evalplat.scoring.robustness import rank_ranges
from tests.scoring.tengzhou_data import FIELDS, full_unit, tengzhou

SYSTEM = tengzhou()
UNITS = [
    replace(full_unit(SYSTEM, str(number)), fields=FIELDS | {"T8.duties_assigned": 40 - number, "T8.assigned_on_time": on_time})
    for number, on_time in enumerate((80, 99, 95, 85))
]
RESULT = score(SYSTEM, Measurements(UNITS))


def test_the_published_rank_lies_in_its_range_and_the_seed_repeats_it():
    found = rank_ranges(RESULT, SYSTEM, category="gov_econ")
    assert len(found) == 4
    for one in found.values():
        assert one.best <= one.rank <= one.worst
        assert 0 <= one.same_grade <= 1
    assert found == rank_ranges(RESULT, SYSTEM, category="gov_econ")


def test_without_variation_nothing_moves():
    for one in rank_ranges(RESULT, SYSTEM, category="gov_econ", spread=0, draws=10).values():
        assert one.best == one.rank == one.worst
        assert one.grade_is_certain


def test_a_category_without_ranks_has_no_ranges():
    unit = replace(UNITS[0], fields={})
    assert rank_ranges(score(SYSTEM, Measurements([unit])), SYSTEM, category="gov_econ") == {}
    assert rank_ranges(RESULT, SYSTEM, category="party") == {}
