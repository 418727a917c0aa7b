"""Who is shown what of a result: chosen with the plan, approved with it, fixed by the notice. One question for letters, pages and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from evalplat.access.actor import Person
from evalplat.audit.log import record
from evalplat.campaigns.setup import change_frame
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.workflow.stages import CampaignState, State, at_least

KEY = "publication"


class Shown(StrEnum):
    """What of a result can be shown."""

    FINDINGS = "findings"
    GRADE = "grade"
    SCORE = "score"
    RANK = "rank"


class Audience(StrEnum):
    """To whom. The office is always shown everything that there is."""

    OFFICE = "office"
    UNIT = "unit"
    EVALUATED = "evaluated"
    PUBLIC = "public"


ALWAYS: dict[Audience, frozenset[Shown]] = {Audience.UNIT: frozenset({Shown.FINDINGS, Shown.GRADE, Shown.SCORE})}
"""A unit learns its findings, grade and score in any case: without them it could not object."""
CHOSEN: tuple[Audience, ...] = (Audience.UNIT, Audience.EVALUATED, Audience.PUBLIC)
LABELS: dict[Shown, str] = {
    Shown.FINDINGS: N_("Problems found"), Shown.GRADE: N_("Grade"), Shown.SCORE: N_("Score"), Shown.RANK: N_("Rank"),
}
AUDIENCES: dict[Audience, str] = {
    Audience.OFFICE: N_("The office and the commission"), Audience.UNIT: N_("The department itself"),
    Audience.EVALUATED: N_("All evaluated departments"), Audience.PUBLIC: N_("The public"),
}


def policy_of(campaign: Campaign) -> dict[Audience, frozenset[Shown]]:
    """Audience → what it is shown. By default the unit its own score, grade and findings, nobody else anything, nobody a rank."""
    chosen = campaign.settings.get(KEY, {})
    known = {str(one) for one in Shown}
    found = {audience: frozenset(Shown(one) for one in chosen.get(audience, ()) if one in known) | ALWAYS.get(audience, frozenset())
             for audience in CHOSEN}
    return found | {Audience.OFFICE: frozenset(Shown)}


def set_policy(work: Work, campaign: Campaign, chosen: Mapping[str, Iterable[str]]) -> None:
    """Choose, while the plan is not approved: whoever approves it approves this with it."""
    if campaign.state != CampaignState.DRAFTED:
        raise Refused(N_("The plan was approved with what is published. It does not change any more."))
    order = [str(one) for one in Shown]
    kept = {str(audience): [one for one in order if one in set(chosen.get(audience, ()))] for audience in CHOSEN}
    change_frame(work, campaign, settings=campaign.settings | {KEY: kept})
    record(work, "publication.set", campaign=campaign.code, own=kept["unit"], evaluated=kept["evaluated"], public=kept["public"])


def audience_of(person: Person | None, evaluation: Evaluation) -> Audience:
    """As whom somebody looks at a unit's result: of the office, of the unit, of another unit, or as anybody."""
    if person is None:
        return Audience.PUBLIC
    if person.unit_ids:
        return Audience.UNIT if evaluation.unit_id in person.unit_ids else Audience.EVALUATED
    return Audience.OFFICE if person.of_office else Audience.PUBLIC


def may_show(what: Shown | str, campaign: Campaign, evaluation: Evaluation, *, to: Audience) -> bool:
    """Whether this audience is shown this of this unit now.

    A rank exists only after the conclusion. The unit reads its own from the letter on. Others see final results alone, after
    the conclusion; while a unit's objection is open, or it stands aside, nothing of it is published.
    """
    wanted = Shown(what)
    if wanted not in policy_of(campaign)[to]:
        return False
    concluded = campaign.state in (CampaignState.CONCLUDED, CampaignState.ARCHIVED)
    if to == Audience.OFFICE:
        return wanted != Shown.RANK or concluded
    if to == Audience.UNIT:
        return at_least(evaluation.state, State.INFORMED) and (wanted != Shown.RANK or concluded)
    return concluded and evaluation.side is None and at_least(evaluation.state, State.FINAL)
