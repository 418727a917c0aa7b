"""The one map from act to who may. An act that is not here is open to nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.people.roles import ADMIN_ROLES, Role
from evalplat.workflow.stages import State, at_least

from .actor import Person
from .acts import Act

Target = Evaluation | Campaign | None
Rule = Callable[[Person, Target], bool]


def anybody(person: Person, target: Target) -> bool:
    """Everybody who is signed in."""
    return True


@dataclass(frozen=True, slots=True)
class Holds:
    """Somebody of the office who holds one of the roles."""

    roles: frozenset[Role]

    def __call__(self, person: Person, target: Target) -> bool:
        return bool(self.roles & person.roles)


@dataclass(frozen=True, slots=True)
class OfUnit:
    """Somebody of the evaluated unit who holds one of the roles there."""

    roles: frozenset[Role]

    def __call__(self, person: Person, target: Target) -> bool:
        return isinstance(target, Evaluation) and any(
            g.role in self.roles and g.unit_id == target.unit_id for g in person.grants)


@dataclass(frozen=True, slots=True)
class OfInformedUnit:
    """Somebody of the evaluated unit, once the result was sent to it."""

    roles: frozenset[Role]

    def __call__(self, person: Person, target: Target) -> bool:
        return (isinstance(target, Evaluation) and at_least(target.state, State.INFORMED)
                and OfUnit(self.roles)(person, target))


@dataclass(frozen=True, slots=True)
class OfTeam:
    """A member of the unit's team without a conflict; ``lead``: the lead alone."""

    lead: bool = False

    def __call__(self, person: Person, target: Target) -> bool:
        if not isinstance(target, Evaluation) or target.unit_id in person.conflicts or target.id in person.away:
            return False
        wanted = Role.TEAM_LEAD if self.lead else Role.ASSESSOR
        held = Role.TEAM_LEAD in person.roles or wanted in person.roles
        seated = target.id in (person.led if self.lead else person.seats)
        return held and (seated or target.team_id in (person.led_teams if self.lead else person.teams))


@dataclass(frozen=True, slots=True)
class OfPanel:
    """A member of the campaign's objection panel who was in no way of the first team and has no conflict."""

    def __call__(self, person: Person, target: Target) -> bool:
        return (isinstance(target, Evaluation) and Role.REVIEW_PANEL in person.roles
                and target.campaign_id in person.panels and not of_first_team(person, target)
                and target.unit_id not in person.conflicts)


@dataclass(frozen=True, slots=True)
class InMode:
    """One of the rules, but only where the unit is visited (``full``) or is not (``light``)."""

    mode: str
    rule: Rule

    def __call__(self, person: Person, target: Target) -> bool:
        return isinstance(target, Evaluation) and target.mode == self.mode and self.rule(person, target)


def of_first_team(person: Person, target: Evaluation) -> bool:
    """Whether this person evaluates the unit, or did until the place was taken by another."""
    return target.team_id in person.teams or target.id in person.seats | person.away


def in_a_team(person: Person, target: Target) -> bool:
    """Somebody with a seat in a team (the scope says which campaigns that opens)."""
    return bool(person.teams or person.seats) and bool({Role.TEAM_LEAD, Role.ASSESSOR} & person.roles)


def other_assessor(person: Person, target: Target) -> bool:
    """An assessor of another team: scores again what the panel annulled."""
    return (isinstance(target, Evaluation) and bool({Role.TEAM_LEAD, Role.ASSESSOR} & person.roles)
            and bool(person.teams) and not of_first_team(person, target) and target.unit_id not in person.conflicts)


def without_team(person: Person, target: Target) -> bool:
    """Somebody of the office's sections, where a unit was never evaluated and so has no team to look."""
    return isinstance(target, Evaluation) and target.team_id is None and bool(
        {Role.SUPERVISION_SECTION, Role.ESTABLISHMENT_SECTION} & person.roles)


def _holds(*roles: Role) -> Holds:
    return Holds(frozenset(roles))


def _unit(*roles: Role) -> OfUnit:
    return OfUnit(frozenset(roles))


R = Role
DIRECTOR, SECTION, ESTABLISHMENT = _holds(R.DIRECTOR), _holds(R.SUPERVISION_SECTION), _holds(R.ESTABLISHMENT_SECTION)
COMMISSION, CO_REVIEWER, THIRD_PARTY = _holds(R.COMMISSION), _holds(R.CO_REVIEWER), _holds(R.THIRD_PARTY)
STAFF = _holds(R.DIRECTOR, R.SUPERVISION_SECTION, R.ESTABLISHMENT_SECTION)
TEAM, LEAD, PANEL = OfTeam(), OfTeam(lead=True), OfPanel()
HEAD, LIAISON, FILLER = _unit(R.DEPT_HEAD), _unit(R.DEPT_LIAISON), _unit(R.UNIT_FILLER)
SYSADMIN, SECADMIN, AUDITADMIN = _holds(R.SYSADMIN), _holds(R.SECADMIN), _holds(R.AUDITADMIN)
INFORMED_UNIT = OfInformedUnit(frozenset({R.DEPT_HEAD, R.DEPT_LIAISON}))
UNIT_PEOPLE = _unit(R.DEPT_HEAD, R.DEPT_LIAISON, R.UNIT_FILLER)
DESK = InMode("light", SECTION)
NO_ADMIN = _holds(*(set(Role) - ADMIN_ROLES))

POLICY: dict[Act, tuple[Rule, ...]] = {
    Act.SEE_HOME: (anybody,),
    Act.CHANGE_OWN_PASSWORD: (anybody,),
    Act.SEE_CAMPAIGNS: (NO_ADMIN,),
    Act.DRAFT_CAMPAIGN: (SECTION,),
    Act.SEE_PEOPLE: (DIRECTOR, SECTION, SYSADMIN, SECADMIN),
    Act.MANAGE_PEOPLE: (SYSADMIN,),
    Act.MANAGE_OFFICE: (SECTION, SYSADMIN),
    Act.DELEGATE: (SECADMIN,),
    Act.SEE_AUDIT: (AUDITADMIN, SECADMIN),
    Act.SEE_JOBS: (STAFF, SYSADMIN),
    Act.SEE_DOCTOR: (SECTION, SYSADMIN),
    Act.MANAGE_TOKENS: (SECADMIN,),
    Act.SEE_DEFINITIONS: (NO_ADMIN,),
    Act.EDIT_DEFINITIONS: (SECTION,),
    Act.JUDGE_WEIGHTS: (STAFF, COMMISSION, in_a_team),
    Act.SEE_ALL_FINDINGS: (STAFF, COMMISSION, in_a_team),
    Act.SEE_PLANS: (STAFF, COMMISSION),
    Act.DRAFT_PLAN: (SECTION,),
    Act.HAND_OVER_PLAN: (SECTION, DIRECTOR),
    Act.APPROVE_PLAN: (COMMISSION,),
    Act.SEE_CAMPAIGN: (NO_ADMIN,),
    Act.SET_UP_CAMPAIGN: (SECTION,),
    Act.APPROVE_CAMPAIGN: (COMMISSION, DIRECTOR),
    Act.ISSUE_CAMPAIGN: (DIRECTOR,),
    Act.CONCLUDE_CAMPAIGN: (DIRECTOR,),
    Act.ARCHIVE_CAMPAIGN: (SECTION,),
    Act.CANCEL_CAMPAIGN: (DIRECTOR,),
    Act.DRAFT_NOTICE: (SECTION,),
    Act.SEE_SUMMARY: (STAFF, COMMISSION),
    Act.TRY_SCORES: (SECTION, DIRECTOR),
    Act.SEE_BOARDS: (STAFF, COMMISSION),
    Act.DRAFT_SUMMARY: (SECTION,),
    Act.ISSUE_SUMMARY: (DIRECTOR,),
    Act.SEE_EVALUATION: (STAFF, COMMISSION, CO_REVIEWER, TEAM, PANEL, other_assessor, UNIT_PEOPLE),
    Act.SET_SIDE_STATE: (DIRECTOR,),
    Act.EXTEND_WINDOW: (DIRECTOR, SECTION),
    Act.DRAFT_EXTENSION: (HEAD, LIAISON),
    Act.ASK_EXTENSION: (HEAD,),
    Act.ISSUE_SUPPLEMENT: (DIRECTOR,),
    Act.ACKNOWLEDGE_SUPPLEMENT: (HEAD, LIAISON),
    Act.SEE_CHASING: (STAFF, COMMISSION, in_a_team),
    Act.LOG_CALL: (DIRECTOR, SECTION, TEAM),
    Act.SEE_NOTICE: (STAFF, COMMISSION, TEAM, UNIT_PEOPLE),
    Act.ACKNOWLEDGE_NOTICE: (HEAD, LIAISON),
    Act.RECORD_RECEIPT: (SECTION,),
    Act.SEE_SCORE: (STAFF, COMMISSION, TEAM, PANEL, INFORMED_UNIT),
    Act.SEE_DOCUMENTS: (STAFF, COMMISSION, TEAM, PANEL, HEAD, LIAISON),
    Act.SEE_DRAFTS: (STAFF, TEAM),
    Act.SEE_TEAM: (STAFF, COMMISSION, TEAM, HEAD, LIAISON),
    Act.ASK_RECUSAL: (HEAD, LIAISON),
    Act.SIGN_RECUSAL: (HEAD,),
    Act.DECIDE_RECUSAL: (SECTION, DIRECTOR),
    Act.SEE_ASSESSMENT: (STAFF, TEAM, PANEL, CO_REVIEWER, HEAD, LIAISON),
    Act.FILL_ASSESSMENT: (HEAD, LIAISON),
    Act.FILL_AFFILIATES: (HEAD, LIAISON, FILLER),
    Act.SUBMIT_ASSESSMENT: (HEAD,),
    Act.RETURN_ASSESSMENT: (TEAM, SECTION),
    Act.ACCEPT_ASSESSMENT: (TEAM, SECTION),
    Act.RECORD_REFUSAL: (SECTION,),
    Act.ENTER_OFFICE_FIGURES: (ESTABLISHMENT,),
    Act.DECIDE_DISPUTE: (ESTABLISHMENT,),
    Act.DECIDE_NOT_APPLICABLE: (SECTION,),
    Act.SEE_SURVEYS: (STAFF, COMMISSION, THIRD_PARTY),
    Act.MANAGE_SURVEYS: (SECTION,),
    Act.MAKE_TOKENS: (SECTION, THIRD_PARTY),
    Act.SEE_SURVEY_RESULTS: (STAFF,),
    Act.FREEZE_SURVEYS: (SECTION,),
    Act.SEE_REVIEW: (STAFF, TEAM),
    Act.KEEP_RECORDS: (TEAM,),
    Act.DECLARE_INTEREST: (TEAM,),
    Act.ARRANGE_TEAM: (DIRECTOR, SECTION),
    Act.SCORE_BLIND: (TEAM,),
    Act.MEDIATE_SCORE: (LEAD,),
    Act.VERIFY_FIGURES: (InMode("full", TEAM), DESK),
    Act.RAISE_FINDING: (TEAM,),
    Act.SEE_FINDINGS: (STAFF, COMMISSION, TEAM, PANEL, HEAD, LIAISON),
    Act.ANSWER_FINDING: (HEAD, LIAISON),
    Act.CONFIRM_FINDING: (LEAD,),
    Act.PROPOSE_ADJUSTMENT: (TEAM, SECTION),
    Act.DECIDE_ADJUSTMENT: (DIRECTOR,),
    Act.SEAL_REVIEW: (InMode("full", LEAD), DESK),
    Act.SCORE_EVALUATION: (LEAD,),
    Act.SEE_REPORT: (STAFF, COMMISSION, TEAM, PANEL),
    Act.SEE_MODERATION: (STAFF,),
    Act.MODERATE: (SECTION,),
    Act.DRAFT_REPORT: (LEAD, TEAM),
    Act.CHECK_REPORT: (SECTION,),
    Act.APPROVE_REPORT: (DIRECTOR,),
    Act.SEE_LETTER: (STAFF, COMMISSION, PANEL, TEAM, INFORMED_UNIT),
    Act.DRAFT_LETTER: (SECTION,),
    Act.ISSUE_LETTER: (DIRECTOR,),
    Act.RECEIVE_LETTER: (HEAD, LIAISON),
    Act.SEE_OBJECTION: (STAFF, COMMISSION, TEAM, PANEL, HEAD, LIAISON, other_assessor),
    Act.FILL_OBJECTION: (HEAD, LIAISON),
    Act.SIGN_OBJECTION: (HEAD,),
    Act.TAKE_IN_OBJECTION: (SECTION,),
    Act.REFUSE_OBJECTION: (SECTION,),
    Act.ANSWER_OBJECTION: (LEAD,),
    Act.DECIDE_ITEMS: (PANEL,),
    Act.RESCORE_ITEM: (other_assessor,),
    Act.SIGN_DECISION: (COMMISSION, DIRECTOR),
    Act.WITHDRAW_OBJECTION: (HEAD,),
    Act.EXTEND_DECISION: (DIRECTOR,),
    Act.SEE_OBJECTIONS: (STAFF, COMMISSION),
    Act.DRAFT_CORRECTION: (SECTION,),
    Act.SIGN_CORRECTION: (DIRECTOR,),
    Act.SEE_PUBLISHED: (NO_ADMIN,),
    Act.FINALISE: (DIRECTOR,),
    Act.SEE_FOLLOW_UP: (STAFF, COMMISSION, TEAM, HEAD, LIAISON),
    Act.ROUTE_FINDING: (SECTION,),
    Act.SEE_REFERRALS: (DIRECTOR,),
    Act.ISSUE_RECTIFICATION: (DIRECTOR,),
    Act.START_FOLLOW_UP: (DIRECTOR,),
    Act.FILL_RECTIFICATION: (HEAD, LIAISON),
    Act.SUBMIT_RECTIFICATION: (HEAD,),
    Act.EXTEND_RECTIFICATION: (DIRECTOR,),
    Act.VERIFY_RECTIFICATION: (TEAM, SECTION, without_team),
    Act.CLOSE_FOLLOW_UP: (DIRECTOR,),
    Act.LOOK_BACK: (TEAM, without_team),
    Act.RECORD_ADVICE: (SECTION, ESTABLISHMENT),
    Act.RECORD_REFERRAL: (STAFF,),
    Act.NAME_READERS: (DIRECTOR,),
    Act.ISSUE_REFERRAL: (DIRECTOR,),
    Act.ISSUE_ADVICE: (DIRECTOR,),
    Act.FOLLOW_ADVICE: (SECTION, ESTABLISHMENT),
    Act.ENTER_FINDING: (SECTION,),
    Act.NAME_UNITS: (SECTION,),
    Act.READ_REMINDER: (HEAD, LIAISON),
    Act.SEE_HOLDS: (STAFF, COMMISSION),
    Act.LOG_REQUEST: (SECTION, ESTABLISHMENT),
    Act.WAIVE_HOLD: (DIRECTOR,),
    Act.WRITE_LOOK_BACK_REPORT: (SECTION,),
    Act.ISSUE_LOOK_BACK_REPORT: (DIRECTOR,),
}


def may(person: Person | Any, act: Act, target: Target = None) -> bool:
    """Whether ``person`` may do ``act`` to ``target`` (an evaluation, a campaign, or the office as a whole)."""
    return any(rule(person, target) for rule in POLICY.get(act, ()))
