"""Write the stage machine's drawing and table into docs/architecture.md, between the same headings as before."""

from __future__ import annotations

import re
from pathlib import Path

from evalplat.workflow.drawing import as_mermaid, as_table

PAGE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"


def drawn(text: str) -> str:
    """The page with the present drawing and table."""
    text = re.sub(r"```mermaid\n.*?\n```", lambda _: f"```mermaid\n{as_mermaid()}\n```", text, flags=re.DOTALL)
    return re.sub(r"(?:^\| move \|[^\n]*\n?)(?:^\|[^\n]*\n?)*", lambda _: as_table() + "\n", text, count=1, flags=re.MULTILINE)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
