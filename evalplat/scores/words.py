"""A result's marks and reasons in words. The scoring core speaks in keys, people read sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from evalplat.kernel.i18n import N_, gettext

from .queries import ScoreView

RATING = re.compile(r"(?P<before>^|, |; )(?P<rater>[^\s,;:]+) (?P<level>[^\s,;:→]+) → ")
ASSESSOR = N_("assessor {n}")

MARKS: dict[str, str] = {
    "sample_short": N_("A group of the survey had too few answers; its points went to the other groups"),
    "sample_short_block": N_("The survey had too few answers: its whole part does not count, and there is no rank"),
    "incomplete": N_("Some indicators have no value"),
    "low_coverage": N_("Too many indicators have no value: there is no total"),
    "rating_spread": N_("Two assessors were far apart on an indicator; the team lead decided with a note"),
    "sources_differ": N_("The sources of an indicator are far apart"),
    "screened": N_("Left out before scoring, because too many figures are missing: no total, no grade, no rank"),
    "imputed": N_("Missing figures were filled with the mean or median of other departments"),
    "last_year": N_("Last year's value stands for one that is missing"),
    "no_base": N_("There is no total: nothing applies, or a value does not fit the kind of mean"),
    "light": N_("Light evaluation: the department was not visited, and has no rank among those visited"),
    "judged": N_("Judged: {judged} of {full} points that apply"),
    "not_scored": N_("This evaluation gives no points and no grade"),
}
REASONS: dict[str, str] = {
    "no_value": N_("The figure is missing. Enter or verify it in the self-assessment's tables or in the review."),
    "no_ratings": N_("Nobody has rated it. Two assessors rate it in the review."),
    "too_few_ratings": N_("The second assessor has not rated it yet."),
    "same_rater_twice": N_("One assessor rated it twice. Another one must rate it."),
    "lead_must_decide": N_("The two assessors are too far apart. The team lead decides with a note in the review."),
    "bad_level": N_("The level given is not in the indicator file. Rate it again."),
    "outside_scale": N_("The survey's value lies outside its scale. Look at the survey's result."),
    "bad_override": N_("The points that were decided lie outside the indicator's range. Take the item back and enter it again."),
    "annulled": N_("The score was annulled. It must be rated again."),
    "fact_unknown": N_("It is not known whether this applies to the department. Decide it in the self-assessment."),
    "group_incomplete": N_("It is compared with other departments, and not all of them have a value yet."),
    "category_incomplete": N_("It is compared with other departments, and not all of them have a value yet."),
    "division_by_zero": N_("A figure that divides is 0. Check it, or decide that the indicator does not apply."),
    "no_rows": N_("The table has no rows. Fill it in, or decide that the indicator does not apply."),
    "sample_short": N_("Too few answers: not used"),
    "part_short": N_("One of its sources has too few answers: not used"),
    "log_of_non_positive": N_("The rule takes a logarithm, and the figure is not above 0. Check it."),
    "approved": N_("Does not apply, as approved"),
    "category": N_("Does not apply to departments of this class"),
    "left_out": N_("Left out, because no value came"),
    "screened": N_("Too many of the department's figures are missing: it was left out before scoring."),
}
NOT_USABLE = N_("The figures do not fit the rule. Check them in the review.")
BY_FACT = N_("Does not apply by the department's duties")


def mark_text(mark: str) -> str:
    """A mark in the present language; ``judged:60/100`` brings its figures along."""
    key, _, figures = mark.partition(":")
    judged, _, full = figures.partition("/")
    return gettext(MARKS[key], judged=judged, full=full) if key in MARKS else mark


class _Marks(dict[str, str]):
    """Words by mark, also for marks with figures."""

    def get(self, mark: str, default: str | None = None) -> str:  # type: ignore[override]
        return mark_text(mark)


def marks_text() -> dict[str, str]:
    """Every mark → its words in the present language, for documents."""
    return _Marks({mark: gettext(text) for mark, text in MARKS.items()})


def reason_text(reason: str) -> str:
    """Why a leaf has no points, and what to do about it, in the present language."""
    if not reason:
        return ""
    return gettext(BY_FACT if reason.startswith("fact:") else REASONS.get(reason, NOT_USABLE))


def without_raters(score: ScoreView, rubric: Iterable[str]) -> ScoreView:
    """The same score with numbers instead of the assessors' logins: a unit never reads who gave which level.

    ``rubric``: the codes of the indicators that people rate.
    """
    rated = set(rubric)
    blocks = tuple(replace(block, leaves=tuple(replace(leaf, line=_unnamed(leaf.line)) if leaf.code in rated else leaf
                                               for leaf in block.leaves)) for block in score.blocks)
    return replace(score, blocks=blocks)


def _unnamed(line: str) -> str:
    seen: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        n = seen.setdefault(found["rater"], len(seen) + 1)
        return f"{found['before']}{gettext(ASSESSOR, n=n)} {found['level']} → "

    return RATING.sub(number, line)
