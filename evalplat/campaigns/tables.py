"""A campaign, its evaluations, teams, panel, windows, frozen definitions, and what waits for whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from evalplat.kernel.types import UtcDateTime
from evalplat.workflow.stages import CampaignState, SideState, State


def _one_of(column: str, values: type) -> str:
    return f"{column} in ({', '.join(repr(str(value)) for value in values)})"  # type: ignore[attr-defined]


class Definition(SQLModel, table=True):
    """A frozen indicator system or questionnaire: its text never changes, its hash is its identity."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("office_id", "kind", "key", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    kind: str
    key: str
    version: str
    title: str
    hash: str
    text: str
    frozen_at: datetime = Field(sa_type=UtcDateTime)


class DefinitionDraft(SQLModel, table=True):
    """An indicator system or questionnaire that the office writes. ``text`` is its file, right or not yet; once published it is a
    ``Definition`` of the same key and version and never changes. ``revision`` counts saves, so that two writers notice each other."""

    __tablename__ = "definition_draft"
    __table_args__ = (UniqueConstraint("office_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    kind: str
    code: str
    title: str
    text: str
    started_from: str = ""
    revision: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: int = Field(foreign_key="user_account.id")
    published_id: int | None = Field(default=None, foreign_key="definition.id", index=True)


class Judgement(SQLModel, table=True):
    """What one expert thinks of the indicators below a block of a draft: ``pairs`` maps ``A:B`` to a fraction as text, how many
    times as important A is as B."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("draft_id", "node", "user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    draft_id: int = Field(foreign_key="definition_draft.id", index=True)
    node: str
    user_id: int = Field(foreign_key="user_account.id", index=True)
    pairs: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    handed_in_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Campaign(SQLModel, table=True):
    """One round of evaluation. ``settings``: days and rules of this campaign that differ from the defaults. ``kind``:
    comprehensive, thematic or follow_through; ``matter``: the approved matter that a follow-through looks at, with its document."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("office_id", "code"), CheckConstraint(_one_of("state", CampaignState), name="state"))

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    code: str
    title: str
    year: int
    kind: str = "comprehensive"
    state: str = Field(default=CampaignState.DRAFTED)
    basis: str = ""
    scope: str = ""
    matter: str = ""
    census_date: date
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    system_file: str = ""
    survey_files: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(sa_type=UtcDateTime)
    approved_by: int | None = None
    issued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    concluded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CampaignDefinition(SQLModel, table=True):
    """Which frozen definitions a campaign uses."""

    __tablename__ = "campaign_definition"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    definition_id: int = Field(primary_key=True, foreign_key="definition.id")
    office_id: int = Field(foreign_key="office.id", index=True)


class Team(SQLModel, table=True):
    """An evaluation team of a campaign."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    code: str
    name: str


class TeamMember(SQLModel, table=True):
    """A place in a team."""

    __tablename__ = "team_member"

    team_id: int = Field(primary_key=True, foreign_key="team.id")
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    lead: bool = False


class PanelMember(SQLModel, table=True):
    """A place in a campaign's objection panel."""

    __tablename__ = "panel_member"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id")
    user_id: int = Field(primary_key=True, foreign_key="user_account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    chair: bool = False


class TeamChange(SQLModel, table=True):
    """After the notice somebody leaves the team of one unit, or comes in, or both at once; other units of the team keep theirs.
    ``lead``: whoever comes in leads."""

    __tablename__ = "team_change"
    __table_args__ = (CheckConstraint("left_user_id is not null or joined_user_id is not null", name="somebody"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    left_user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    joined_user_id: int | None = Field(default=None, foreign_key="user_account.id", index=True)
    lead: bool = False
    reason: str
    document: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_name: str


class DeclaredInterest(SQLModel, table=True):
    """Why somebody must keep away from a unit: declared, or found by the rule."""

    __tablename__ = "declared_interest"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    reason: str
    declared_at: datetime = Field(sa_type=UtcDateTime)


class Evaluation(SQLModel, table=True):
    """One unit in one campaign: what flows through the stages. ``mode``: full, or light (assesses itself and is surveyed, but is
    not visited); ``places``: what else is visited besides the unit's seat."""

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("campaign_id", "unit_id"),
        CheckConstraint(_one_of("state", State), name="state"),
        CheckConstraint("mode in ('full', 'light')", name="mode"),
        CheckConstraint(f"side is null or {_one_of('side', SideState)}", name="side"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    state: str = Field(default=State.DRAFTED, index=True)
    side: str | None = None
    side_document: str = ""
    side_reason: str = ""
    side_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    late: bool = False
    mode: str = "full"
    places: list[str] = Field(default_factory=list, sa_type=JSON)
    entered_at: datetime = Field(sa_type=UtcDateTime)


class Window(SQLModel, table=True):
    """When a part of the campaign is open: assessment, survey or review. An extension for one unit is a row of its own."""

    __tablename__ = "campaign_window"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "evaluation_id"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id", index=True)
    kind: str
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    reason: str = ""
    document: str = ""


class Step(SQLModel, table=True):
    """A move that was made: the unit's timeline."""

    __tablename__ = "step"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    move: str
    stage: str
    from_state: str
    to_state: str
    at: datetime = Field(sa_type=UtcDateTime)
    by_user_id: int | None = None
    by_name: str
    note: str = ""


class Progress(SQLModel, table=True):
    """Something that waits for somebody, or did. Home and the campaign page read nothing else."""

    __tablename__ = "progress"
    __table_args__ = (UniqueConstraint("campaign_id", "evaluation_id", "act", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    evaluation_id: int | None = Field(default=None, foreign_key="evaluation.id", index=True)
    stage: str
    act: str = Field(index=True)
    key: str = ""
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    href: str = ""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = ""


class Call(SQLModel, table=True):
    """Somebody of the office called a unit about what it owes. ``promised_on`` is what was declared, not what will be."""

    __tablename__ = "chasing_call"

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    evaluation_id: int = Field(foreign_key="evaluation.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by_user_id: int | None = None
    by_name: str
    called: str
    said: str
    promised_on: date | None = None


class OfficeProgress(SQLModel, table=True):
    """Something of the office as a whole that waits for somebody: what belongs to no campaign."""

    __tablename__ = "office_progress"
    __table_args__ = (UniqueConstraint("office_id", "act", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id", index=True)
    act: str = Field(index=True)
    key: str = ""
    params: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    href: str = ""
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = ""
