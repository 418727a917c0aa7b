"""What a kind of campaign asks for, and how far each unit of it is looked at: fully, or light without a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evalplat.audit.log import record
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import User
from evalplat.workflow.machine import Fact
from evalplat.workflow.stages import CampaignState

from .moves import codes
from .tables import Campaign, Evaluation

COMPREHENSIVE, THEMATIC, FOLLOW_THROUGH = "comprehensive", "thematic", "follow_through"
KINDS = (COMPREHENSIVE, THEMATIC, FOLLOW_THROUGH)
REGISTER = "register"
"""Kind of what is kept for a year beside the evaluations: problems from other sources. Nothing is evaluated in it."""
FULL, LIGHT = "full", "light"
NO_INDICATORS = "none.yaml"
ON_SITE = frozenset({"onsite", "panel"})
"""Names of sources, in indicator files, that only a visit can feed."""
MOST_PLACES = 20
APPROVED = N_("The plan is approved, and the approval names the kind of the evaluation and who is visited: neither changes any more. "
              "If it must, cancel this evaluation by a document and begin another one.")


@dataclass(frozen=True, slots=True)
class Matter:
    """The one approved matter that a follow-through looks at."""

    text: str
    document: str
    day: date | None


def matter_of(campaign: Campaign) -> Matter:
    """The matter with the number and date of its document."""
    day = campaign.settings.get("matter_date")
    return Matter(campaign.matter, str(campaign.settings.get("matter_document", "")), date.fromisoformat(day) if day else None)


def frame_of(values: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed into the frame's form as columns of a campaign. What another kind asks for is not kept."""
    columns = {name: value for name, value in values.items() if name not in ("matter_document", "matter_date")}
    kept = {name: value for name, value in settings.items() if name not in ("matter_document", "matter_date")}
    if values.get("kind") != FOLLOW_THROUGH:
        return columns | {"matter": "", "settings": kept}
    wrong = {name: N_("Fill this in.") for name in ("matter", "matter_document", "matter_date") if not values.get(name)}
    if wrong:
        raise Invalid(wrong)
    return columns | {"settings": kept | {"matter_document": str(values["matter_document"]).strip(),
                                          "matter_date": values["matter_date"].isoformat()}}


def gaps(campaign: Campaign) -> list[Fact]:
    """What the kind still lacks, each with the card of the set-up page where it is filled in."""
    href = f"/c/{campaign.code}/set-up#frame"
    found = []
    if campaign.kind == THEMATIC and not campaign.scope.strip():
        found.append(Fact(False, N_("A thematic evaluation needs its own scope: say what it looks at."), href=href))
    matter = matter_of(campaign)
    if campaign.kind == FOLLOW_THROUGH and not (matter.text.strip() and matter.document and matter.day):
        found.append(Fact(False, N_("A follow-through needs the approved matter with its document and date."), href=href))
    return found


def must_be_open(campaign: Campaign) -> None:
    """Where a unit is visited is fixed with the notice."""
    if campaign.state not in (CampaignState.DRAFTED, CampaignState.APPROVED):
        raise Refused(N_("The notice was issued: it is fixed who is visited."))


def must_be_drafted(campaign: Campaign) -> None:
    """Who is visited is fixed with the approval: documents name it as the ground for a light evaluation."""
    must_be_open(campaign)
    if campaign.state != CampaignState.DRAFTED:
        raise Refused(APPROVED)


def set_mode(work: Work, campaign: Campaign, evaluation: Evaluation, *, mode: str, reason: str) -> None:
    """A unit is visited, or takes part lightly; by hand with a reason. Only a comprehensive evaluation has a light mode."""
    must_be_drafted(campaign)
    if mode not in (FULL, LIGHT) or (mode == LIGHT and campaign.kind != COMPREHENSIVE):
        raise Refused(N_("Only a comprehensive evaluation has departments that are not visited."))
    if not reason.strip():
        raise Invalid({"reason": N_("Say why.")})
    if evaluation.mode == mode:
        return
    evaluation.mode = mode
    work.session.add(evaluation)
    work.session.flush()
    _, unit = codes(work, evaluation)
    record(work, "evaluation.mode_set", campaign=campaign.code, unit=unit, mode=mode, reason=reason.strip())


def set_places(work: Work, campaign: Campaign, evaluation: Evaluation, places: Sequence[str]) -> None:
    """What is visited besides the unit's seat; each place needs its record."""
    must_be_open(campaign)
    kept = list(dict.fromkeys(place.strip()[:80] for place in places if place.strip()))[:MOST_PLACES]
    if kept == list(evaluation.places):
        return
    evaluation.places = kept
    work.session.add(evaluation)
    work.session.flush()
    _, unit = codes(work, evaluation)
    record(work, "evaluation.places_set", campaign=campaign.code, unit=unit, places=kept)


def only_on_site(system: IndicatorSystem) -> tuple[Leaf, ...]:
    """The indicators that nobody can judge without a visit: rated by people, found out by the team, or fed by nothing else."""
    by_team = {name for name, field in system.fields.items() if field.filled_by == "panel"}
    return tuple(leaf for leaf in system.leaves
                 if leaf.is_rubric or (leaf.sources and set(leaf.sources) <= ON_SITE)
                 or by_team & {name for one in leaf.formulas for use in one.uses() for name in (use.text, f"{use.table}.{use.text}")})


def approval_of(work: Work, campaign: Campaign) -> str:
    """By what it was approved that a unit is not visited: the yearly plan's document, else the campaign's own approval."""
    plan = campaign.settings.get("plan") or {}
    if plan.get("number"):
        return str(plan["number"])
    user = work.session.get(User, campaign.approved_by) if campaign.approved_by else None
    return f"{campaign.title}方案审批" + (f"（{user.name}）" if user else "")  # zh: recorded
