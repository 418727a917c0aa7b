"""A campaign from its draft to the issued notice, its receipts, its conclusion and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from evalplat.campaigns import modes, setup, windows
from evalplat.campaigns.tables import Campaign, Team
from evalplat.campaigns.teams import assign_team, make_panel, make_team
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit, User
from evalplat.scores import publication
from evalplat.stages.notices import actions as notices
from evalplat.stages.notices.forms import NoticeForm
from evalplat.stages.summaries import actions as summaries
from evalplat.stages.summaries.forms import SummaryForm

from . import content_campaign as content
from .cast import PANEL, TEAMS
from .figures import Case
from .play import On, Play, campaign_of

SYSTEM_FILE = "tengzhou-2026.yaml"
SURVEY_FILES = ("citizen.yaml", "recipient.yaml", "delegate.yaml", "counterpart.yaml", "staff.yaml")


@dataclass(frozen=True)
class Frame:
    """What a campaign is: its names, its departments, its windows."""

    code: str
    title: str
    kind: str
    cases: Sequence[Case]
    windows: Mapping[str, tuple[datetime, datetime]]
    surveys: tuple[str, ...] = SURVEY_FILES
    light: frozenset[str] = frozenset()
    """Departments that are not visited."""
    published: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Audience → what it is shown; by default nobody but the department itself is shown anything."""


def draft(play: Play, frame: Frame, moment: datetime) -> None:
    """The section drafts the campaign with its departments, teams, panel and windows."""
    first = frame.cases[0]
    with play.acting("li", moment) as work:
        campaign = setup.draft_campaign(
            work, code=frame.code, title=frame.title, year=first.year, census_date=first.census, kind=frame.kind,
            basis=content.BASIS, scope=content.scope(first), system_file=SYSTEM_FILE, survey_files=list(frame.surveys))
        teams = [team for team, _ in make_teams(work, play, campaign)]
        for place, case in enumerate(frame.cases):
            evaluation = setup.add_evaluation(work, campaign, work.session.get_one(Unit, play.units[case.body.code]))
            assign_team(work, campaign, evaluation, teams[place % len(teams)])
            if case.body.code in frame.light:
                modes.set_mode(work, campaign, evaluation, mode=modes.LIGHT, reason=content.LIGHT)
        if frame.published:
            publication.set_policy(work, campaign, frame.published)
        chair, *members = (user_of(work, play, login) for login in PANEL)
        make_panel(work, campaign, chair=chair, members=members)
        for kind, (opens, closes) in frame.windows.items():
            windows.set_window(work, campaign, kind, opens_at=opens, closes_at=closes)


def make_teams(work: Work, play: Play, campaign: Campaign) -> list[tuple[Team, tuple[str, str]]]:
    """The three teams, each with the logins of its two people."""
    return [(make_team(work, campaign, code=code, name=name, lead=user_of(work, play, lead), members=[user_of(work, play, other)]),
             (lead, other)) for code, name, lead, other in TEAMS]


def user_of(work: Work, play: Play, login: str) -> User:
    """Somebody by login."""
    return work.session.get_one(User, play.users[login])


def hand_over(play: Play, code: str, moment: datetime) -> None:
    """The plan goes to the commission."""
    with play.acting("li", moment) as work:
        setup.hand_over(work, campaign_of(work, code))


def approve(play: Play, code: str, moment: datetime) -> None:
    """The commission approves the plan."""
    with play.acting("sun", moment) as work:
        setup.approve(work, campaign_of(work, code))


def write_notice(play: Play, code: str, moment: datetime) -> None:
    """The section writes the notice and has it numbered."""
    with play.acting("li", moment) as work:
        campaign = campaign_of(work, code)
        notices.write_notice(work, campaign, NoticeForm(**content.notice(campaign.title)))
        notices.number_notice(work, campaign)


def issue_notice(play: Play, code: str, moment: datetime) -> None:
    """The director issues it."""
    with play.acting("zhou", moment) as work:
        notices.issue_notice(work, campaign_of(work, code))


def acknowledge(on: On) -> None:
    """The department confirms that it has the notice."""
    with on.by("liaison") as (work, evaluation):
        notices.acknowledge(work, evaluation)


def conclude(play: Play, code: str, moment: datetime) -> None:
    """The director concludes: ranks are fixed."""
    with play.acting("zhou", moment) as work:
        summaries.conclude(work, campaign_of(work, code))


def write_summary(play: Play, code: str, moment: datetime) -> None:
    """The section writes the report to the commission."""
    with play.acting("li", moment) as work:
        summaries.write_summary(work, campaign_of(work, code), SummaryForm(**content.SUMMARY))


def issue_summary(play: Play, code: str, moment: datetime) -> None:
    """The director issues it."""
    with play.acting("zhou", moment) as work:
        summaries.issue_summary(work, campaign_of(work, code))
