"""The report's own steps, its chapters as text fields, and which sentences a person may write."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from evalplat.kernel.i18n import N_

MEETING = "meeting"
UNNUMBERED = "会审纪要（待编号）"  # zh: recorded
THREE_PEOPLE = "three_people"
"""Four-eyes rules that a campaign may relax, as the report prints them."""

CHAPTERS: tuple[tuple[str, str, int], ...] = (
    ("organisation", N_("How the evaluation was carried out"), 6),
    ("onsite", N_("On site: records, visits, checks"), 4),
    ("assessment", N_("Basic judgement"), 6),
)
ADVICE: tuple[tuple[str, str, int], ...] = (
    ("causes", N_("Causes of the findings taken together"), 4),
    ("advice_office", N_("Advice: what the office studies"), 4),
    ("advice_unit", N_("Advice: what the department rectifies"), 4),
)
LIMIT, HEADING_LIMIT, MOST_ACHIEVEMENTS = 8000, 60, 12


class ReportState(StrEnum):
    """Where the text stands between the lead, the section and the director."""

    DRAFTING = "drafting"
    HANDED_OVER = "handed_over"
    CHECKED = "checked"
    APPROVED = "approved"


STATES: dict[str, str] = {
    ReportState.DRAFTING: N_("being written"), ReportState.HANDED_OVER: N_("with the checker"),
    ReportState.CHECKED: N_("checked, with the director"), ReportState.APPROVED: N_("approved"),
}


@dataclass(frozen=True, slots=True)
class Achievement:
    """A heading with its paragraphs."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportText:
    """Everything in a report that people write; one paragraph a line."""

    organisation: str = ""
    onsite: str = ""
    assessment: str = ""
    achievements: tuple[Achievement, ...] = ()
    finding_causes: dict[str, str] = field(default_factory=dict)
    causes: str = ""
    advice_office: str = ""
    advice_unit: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        plain = {name: getattr(self, name) for name, _, _ in (*CHAPTERS, *ADVICE)}
        return plain | {"achievements": [[one.heading, one.text] for one in self.achievements],
                        "finding_causes": dict(self.finding_causes)}

    @classmethod
    def read(cls, data: dict[str, Any]) -> ReportText:
        """Back from JSON."""
        plain = {name: data.get(name, "") for name, _, _ in (*CHAPTERS, *ADVICE)}
        return cls(achievements=tuple(Achievement(h, t) for h, t in data.get("achievements", [])),
                   finding_causes=dict(data.get("finding_causes", {})), **plain)


def lines(text: str) -> tuple[str, ...]:
    """One paragraph a line, without empty ones."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def points_problem(typed: str, *, most: Decimal, decimals: int) -> str | None:
    """Why these points cannot be given (a gettext id with ``{most}`` and ``{decimals}``), or None."""
    try:
        value = Decimal(typed.strip())
    except InvalidOperation:
        return N_("Enter a number from 0 to {most} with at most {decimals} decimals.")
    exponent = value.as_tuple().exponent
    if not value.is_finite() or not isinstance(exponent, int) or -exponent > decimals or not 0 <= value <= most:
        return N_("Enter a number from 0 to {most} with at most {decimals} decimals.")
    return None


def text_problems(text: ReportText) -> dict[str, str]:
    """What keeps a text from being handed over: field → gettext id."""
    found = {name: N_("Fill this in.") for name, _, _ in CHAPTERS if name != "onsite" and not getattr(text, name).strip()}
    for number, one in enumerate(text.achievements):
        if bool(one.heading.strip()) != bool(one.text.strip()):
            found[f"achievement.{number}.heading"] = N_("An achievement needs a heading and a text.")
    return found | length_problems(text)


def length_problems(text: ReportText) -> dict[str, str]:
    """Texts that are too long to be kept."""
    found = {name: N_("This text is too long. Shorten it.") for name, _, _ in (*CHAPTERS, *ADVICE)
             if len(getattr(text, name)) > LIMIT}
    for number, one in enumerate(text.achievements):
        if len(one.text) > LIMIT or len(one.heading) > HEADING_LIMIT:
            found[f"achievement.{number}.text"] = N_("This text is too long. Shorten it.")
    found |= {f"cause.{code}": N_("This text is too long. Shorten it.") for code, cause in text.finding_causes.items()
              if len(cause) > LIMIT}
    return found
