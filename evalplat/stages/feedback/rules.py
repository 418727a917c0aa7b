"""How a letter can be received, and its standing sentences."""

from __future__ import annotations

from evalplat.kernel.i18n import N_

HOW: dict[str, str] = {
    "signed": N_("confirmed here"), "paper": N_("on paper"), "deemed": N_("deemed received"),
}
OBJECTION_HOW = "异议申请可以通过评估平台提交，也可以书面送本办监督检查科。"  # zh: drafted
OBJECTION_WINDOW = "objection"


def lines(text: str) -> tuple[str, ...]:
    """One paragraph a line, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
