from __future__ import annotations

import pytest

from evalplat.kernel.i18n import speaking
from evalplat.scores import recorded


@pytest.mark.parametrize(("text", "english"), [
    ("核实底稿 T8", "verification paper T8"),
    ("核实底稿", "verification paper"),
    ("市编办台账, 核实底稿 T2", "市编办台账, verification paper T2"),
    ("社会调查·干部职工 n=24", "survey of Staff, n=24"),
    ("复核决定 青编办发〔2026〕8号 第2项", "review decision 青编办发〔2026〕8号, item 2"),
    ("复核决定 青编办发〔2026〕8号 第2项：Correct.", "review decision 青编办发〔2026〕8号, item 2: Correct."),
    ("复核决定 青编办发〔2026〕8号（重新评分）", "review decision 青编办发〔2026〕8号 (rated again)"),
    ("重新评分3分，按异议不加重保留原分：x", "rated again with 3, the earlier points stay as an objection never lowers them: x"),
    ("会审纪要 会审〔2026〕1号", "minutes 会审〔2026〕1号"),
    ("typed by somebody", "typed by somebody"),
    ("经核对，核实底稿 T8和统计表 T8中的自评分表有误", "经核对，核实底稿 T8和统计表 T8中的自评分表有误"),
])
def test_what_the_platform_wrote_is_read_in_english(text, english):
    with speaking("en"):
        assert recorded.said(text, {"干部职工": "Staff"}) == english
    with speaking("zh"):
        assert recorded.said(text) == text
