"""Four-eyes rules count people: how many different ones the rules need for these units, how many there are, what cannot be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.kernel.errors import Invalid
from evalplat.kernel.formats import local
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.roles import ADMIN_ROLES, Role
from evalplat.people.tables import Delegation, Membership, Unit, User

from .setup import must_be_open
from .tables import Campaign, Evaluation, PanelMember, Team, TeamMember, Window

THREE_PEOPLE, FILL_AND_SIGN = "three_people", "fill_and_sign"
RELAXABLE: dict[str, str] = {
    THREE_PEOPLE: N_("One person may draft, check and approve a report"),
    FILL_AND_SIGN: N_("Whoever declares the self-assessment ready may also sign it"),
}
"""Rules that a campaign may relax, as gettext ids; every document of it prints them in Chinese."""
R = Role
BUSINESS = frozenset(Role) - ADMIN_ROLES
PEOPLE = "/people"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with the roles held or lent now, of the office as a whole and of units."""

    key: int
    name: str
    roles: frozenset[Role]
    units: frozenset[tuple[Role, int]]
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A part that one person must play alone: nobody plays two of them. ``key`` names the rule it belongs to."""

    key: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Line:
    """One rule (see ``WORDS``). ``names``: of those found, or of the units for which nobody is; ``relaxed``: by the campaign."""

    key: str
    needed: int
    have: int
    names: tuple[str, ...] = ()
    relaxed: bool = False

    @property
    def holds(self) -> bool:
        """Whether there are enough, or the rule is relaxed."""
        return self.relaxed or self.have >= self.needed


@dataclass(frozen=True, slots=True)
class Headcount:
    """All rules; ``needed`` different people of the office, ``placed`` of them can be found; ``ending``: who leaves too early."""

    lines: tuple[Line, ...]
    needed: int
    placed: int
    ending: tuple[tuple[str, date], ...]
    last_day: date | None

    @property
    def missing(self) -> tuple[Line, ...]:
        """The rules for which people are missing."""
        return tuple(line for line in self.lines if not line.holds)


WORDS: dict[str, tuple[str, str, str]] = {
    "lead": (N_("A lead for each team"), N_("A team without a lead can neither be made nor seal its review."), f"{PEOPLE}?role=team_lead"),
    "assessor": (N_("One more assessor in each team: two score blind"),
                 N_("Rubrics need two blind ratings; the notice is not issued."), f"{PEOPLE}?role=assessor"),
    "again": (N_("Departments that somebody of another team could score again"),
              N_("An annulled score could not be given again."), f"{PEOPLE}?role=assessor"),
    "check": (N_("Drafter, checker and approver of a report"), N_("No report can be approved."), f"{PEOPLE}?role=supervision_section"),
    "panel": (N_("Objection panel, nobody of the teams"), N_("No objection can be decided."), f"{PEOPLE}?role=review_panel"),
    "sign": (N_("Signer of a decision: not the report's approver"), N_("A decision on an objection could not be signed."),
             f"{PEOPLE}?role=commission"),
    "figures": (N_("Establishment section, for the office's own figures"), N_("Approved figures could not be entered."),
                f"{PEOPLE}?role=establishment_section"),
    "verify": (N_("Two who verify a rectification"), N_("No rectification could be closed."), f"{PEOPLE}?role=supervision_section"),
    "fill": (N_("Departments where one calls the self-assessment ready and another signs"),
             N_("These departments could not submit their self-assessment."), f"{PEOPLE}?role=dept_head"),
    "admin": (N_("Three administrators without any other role"), N_("System, security and audit would not be kept apart."),
              f"{PEOPLE}?role=sysadmin"),
}
"""Rule → how it is called, what cannot be done without, and where it is mended."""


def headcount(work: Work, campaign: Campaign) -> Headcount:
    """Count for the campaign's units and teams as they are now."""
    holders = holders_of(work)
    teams, seats = _teams(work, campaign)
    panel = set(work.session.exec(select(PanelMember.user_id).where(PanelMember.campaign_id == campaign.id)))
    query = select(Evaluation.team_id, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id)).where(
        Evaluation.campaign_id == campaign.id).order_by(col(Unit.code))
    units = list(work.session.exec(query))
    slots, relaxed = slots_for(max(teams, 1)), set(campaign.settings.get("relaxed_rules", []))
    if THREE_PEOPLE in relaxed:
        slots = [slot for slot in slots if slot.key != "check"]
    free = [one for one in holders if not _both(one)]
    filled = matched(slots, {one.key: one.roles for one in free})
    last = _last_day(work, campaign)
    lines = [_slot_line(key, slots, filled) for key in ("lead", "assessor")]
    lines += [_again(units, seats), _check_line(holders, relaxed=THREE_PEOPLE in relaxed),
              _panel_line(holders, seats, panel=panel),
              _count("sign", 2, [one for one in holders if one.roles & {R.DIRECTOR, R.COMMISSION}]),
              _count("figures", 1, [one for one in holders if R.ESTABLISHMENT_SECTION in one.roles]),
              _count("verify", 2, [one for one in holders if one.roles & {R.SUPERVISION_SECTION, R.TEAM_LEAD, R.ASSESSOR}]),
              _fill_line([unit for _, unit in units], holders, relaxed=FILL_AND_SIGN in relaxed), _admin_line(holders)]
    ending = tuple((one.name, one.ends_on) for one in holders
                   if one.ends_on and last and one.ends_on < last and one.roles & BUSINESS)
    return Headcount(tuple(lines), len(slots), len(filled), ending, last)


def slots_for(teams: int) -> list[Slot]:
    """The parts that different people of the office must play."""
    admins = [Slot("admin", frozenset({role})) for role in sorted(ADMIN_ROLES)]
    leads = [Slot("lead", frozenset({R.TEAM_LEAD}))] * teams
    others = [Slot("assessor", frozenset({R.ASSESSOR, R.TEAM_LEAD}))] * teams
    return [*admins, Slot("check", frozenset({R.SUPERVISION_SECTION})), Slot("approve", frozenset({R.DIRECTOR})),
            Slot("sign", frozenset({R.COMMISSION, R.DIRECTOR})), Slot("panel", frozenset({R.REVIEW_PANEL})), *leads, *others]


def matched(slots: Sequence[Slot], people: Mapping[int, frozenset[Role]]) -> dict[int, int]:
    """Slot's place → person, for as many slots as different people can fill (augmenting paths; the same in any order of people)."""
    taken: dict[int, int] = {}

    def place(slot: int, seen: set[int]) -> bool:
        for key in sorted(people):
            if key not in seen and people[key] & slots[slot].roles:
                seen.add(key)
                if key not in taken or place(taken[key], seen):
                    taken[key] = slot
                    return True
        return False

    for slot in range(len(slots)):
        place(slot, set())
    return {slot: key for key, slot in taken.items()}


def holders_of(work: Work) -> list[Holder]:
    """Everybody with an open account, with roles held and lent today."""
    users = {row.id or 0: row for row in work.session.exec(select(User).where(
        User.office_id == work.office_id, col(User.active).is_(True),
        col(User.expires_on).is_(None) | (col(User.expires_on) >= work.today)))}
    held: Any = select(Membership.user_id, Membership.role, Membership.unit_id).where(Membership.office_id == work.office_id)
    lent: Any = select(Delegation.to_user_id, Delegation.role, Delegation.unit_id).where(
        Delegation.office_id == work.office_id, col(Delegation.ended_at).is_(None), Delegation.starts_on <= work.today,
        Delegation.ends_on >= work.today)
    roles: dict[int, set[Role]] = {}
    units: dict[int, set[tuple[Role, int]]] = {}
    for user, role, unit in [*work.session.exec(held), *work.session.exec(lent)]:
        roles.setdefault(user, set()).add(Role(role))
        if unit is not None:
            units.setdefault(user, set()).add((Role(role), unit))
    return [Holder(key, user.name, frozenset(roles.get(key, ())), frozenset(units.get(key, ())), user.expires_on)
            for key, user in sorted(users.items())]


def _both(one: Holder) -> bool:
    """An administrator with another role counts as neither."""
    return bool(one.roles & ADMIN_ROLES and one.roles & BUSINESS)


def _teams(work: Work, campaign: Campaign) -> tuple[int, dict[int, set[int]]]:
    query = select(TeamMember.team_id, TeamMember.user_id).join(Team, col(Team.id) == col(TeamMember.team_id)).where(
        Team.campaign_id == campaign.id)
    seats: dict[int, set[int]] = {}
    for team, user in work.session.exec(query):
        seats.setdefault(team, set()).add(user)
    return len(seats), seats


def _slot_line(key: str, slots: Sequence[Slot], filled: Mapping[int, int]) -> Line:
    places = [place for place, slot in enumerate(slots) if slot.key == key]
    return Line(key, len(places), sum(place in filled for place in places))


def _count(key: str, needed: int, found: Sequence[Holder]) -> Line:
    return Line(key, needed, len(found), tuple(one.name for one in found))


def _again(units: Sequence[tuple[int | None, Unit]], seats: Mapping[int, set[int]]) -> Line:
    """Units whose leaves somebody of another team of this campaign could score again."""
    seated = {user for users in seats.values() for user in users}
    alone = [unit.short_name for team, unit in units if not seated - seats.get(team or 0, set())]
    return Line("again", len(units), len(units) - len(alone), tuple(alone))


def _check_line(holders: Sequence[Holder], *, relaxed: bool) -> Line:
    parts = [Slot("draft", frozenset({R.TEAM_LEAD, R.ASSESSOR})), Slot("check", frozenset({R.SUPERVISION_SECTION})),
             Slot("approve", frozenset({R.DIRECTOR}))]
    return Line("check", 3, len(matched(parts, {one.key: one.roles for one in holders})), relaxed=relaxed)


def _panel_line(holders: Sequence[Holder], seats: Mapping[int, set[int]], *, panel: set[int]) -> Line:
    seated = {user for users in seats.values() for user in users}
    found = [one for one in holders if R.REVIEW_PANEL in one.roles and one.key not in seated and (not panel or one.key in panel)]
    return _count("panel", 1, found)


def _fill_line(units: Sequence[Unit], holders: Sequence[Holder], *, relaxed: bool) -> Line:
    """Departments with a head and somebody else who can call the self-assessment ready."""
    short = []
    for unit in units:
        heads = {one.key for one in holders if (R.DEPT_HEAD, unit.id) in one.units}
        others = {one.key for one in holders if (R.DEPT_LIAISON, unit.id) in one.units} | heads
        if not heads or len(others) < (1 if relaxed else 2):
            short.append(unit.short_name)
    return Line("fill", len(units), len(units) - len(short), tuple(short))


def _admin_line(holders: Sequence[Holder]) -> Line:
    slots = [Slot("admin", frozenset({role})) for role in sorted(ADMIN_ROLES)]
    return Line("admin", 3, len(matched(slots, {one.key: one.roles for one in holders if not _both(one)})))


def _last_day(work: Work, campaign: Campaign) -> date | None:
    ends = list(work.session.exec(select(Window.closes_at).where(Window.campaign_id == campaign.id, col(Window.evaluation_id).is_(None))))
    return local(max(ends)).date() if ends else None


def relax(work: Work, campaign: Campaign, rules: Iterable[str], *, reason: str) -> None:
    """Relax rules of this campaign, or none. What is relaxed stands with its reason in every document of the campaign."""
    must_be_open(campaign)
    chosen = [rule for rule in RELAXABLE if rule in set(rules)]
    if chosen and not reason.strip():
        raise Invalid({"reason": N_("Say why: the reason is printed in every document of this evaluation.")})
    kept = {key: value for key, value in campaign.settings.items() if key not in ("relaxed_rules", "relaxed_reason")}
    campaign.settings = kept | ({"relaxed_rules": chosen, "relaxed_reason": reason.strip()} if chosen else {})
    work.session.add(campaign)
    work.session.flush()
    record(work, "campaign.rules_relaxed", campaign=campaign.code, rules=chosen, reason=reason.strip())


def relaxed_in_words(campaign: Campaign) -> tuple[str, ...]:
    """The relaxed rules with the reason, in the present language."""
    reason = str(campaign.settings.get("relaxed_reason", ""))
    names = [gettext(RELAXABLE.get(rule, rule)) for rule in campaign.settings.get("relaxed_rules", [])]
    return tuple(gettext("{name} ({value})", name=name, value=reason) if reason else name for name in names)
