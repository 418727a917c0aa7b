"""The drawing in the docs is the table's."""

from __future__ import annotations

from pathlib import Path

from evalplat.workflow.drawing import as_mermaid, as_table

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_docs_show_the_present_machine() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert as_mermaid() in text, "run: python scripts/draw_machine.py"
    assert as_table() in text
