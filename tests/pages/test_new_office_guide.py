"""The page for a new office names buttons and titles as the browser shows them, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from evalplat.kernel.i18n import catalogue

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "new-office.md").read_text(encoding="utf-8")
IN_THE_WORKBOOK = {"单位", "人员", "填写说明", "上级单位代码"}


def test_every_word_in_quotation_marks_is_on_a_page() -> None:
    shown = {text.rstrip("…") for texts in catalogue("zh").values() for text in texts}
    quoted = {part for words in re.findall("“(.+?)”", GUIDE) for part in words.split(" → ")}
    assert quoted - shown - IN_THE_WORKBOOK == set()


def test_columns_and_sheets_are_those_of_the_template() -> None:
    from evalplat.people.book_format import GUIDE as EXAMPLES
    from evalplat.people.book_format import SHEETS

    heads = {column.head for columns in SHEETS.values() for column in columns} | set(SHEETS) | {EXAMPLES}
    assert heads >= IN_THE_WORKBOOK


def test_links_lead_somewhere() -> None:
    assert all((DOCS / target).is_file() for target in re.findall(r"\]\(([^)#]+)\)", GUIDE))
