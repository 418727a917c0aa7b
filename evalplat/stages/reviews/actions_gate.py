"""What every deed of the review asks first: is the room open, and is this one of the team, without a conflict."""

from __future__ import annotations

from evalplat.campaigns import modes, moves, windows
from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.errors import Forbidden, Refused
from evalplat.kernel.formats import zh_date
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.workflow.stages import State

from . import queries
from .queries import Member


def going_on(work: Work, evaluation: Evaluation) -> Evaluation:
    """The evaluation, locked; refuses once the review is sealed, so that nothing changes beside the seal."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, State.ACCEPTED)
    return locked


def open_now(work: Work, evaluation: Evaluation) -> Evaluation:
    """The same, inside the review's window."""
    locked = going_on(work, evaluation)
    window = windows.window_for(work, locked, "review")
    if window is None or work.now < window.opens_at:
        when = zh_date(window.opens_at) if window else "—"
        raise Refused(N_("The on-site evaluation begins on {when}."), when=when)
    if work.now > window.closes_at:
        raise Refused(N_("The on-site evaluation ended on {when}. The office can extend it for this department."),
                      when=zh_date(window.closes_at))
    return locked


def member(work: Work, evaluation: Evaluation) -> Member:
    """The acting member of the team. Refuses everybody else, and members with a conflict (checked at this very moment)."""
    found = next((one for one in queries.members(work, evaluation) if one.user_id == work.actor.user_id), None)
    if found is None:
        raise Forbidden(N_("Only the unit's evaluation team does this."))
    if found.conflict:
        raise Forbidden(N_("You may not evaluate this department: you are somebody who {reason}."),
                        reason=gettext(found.conflict))
    return found


def lead(work: Work, evaluation: Evaluation) -> Member:
    """The acting lead of the team."""
    found = member(work, evaluation)
    if not found.lead:
        raise Forbidden(N_("Only the team's lead does this."))
    return found


def visited(evaluation: Evaluation) -> None:
    """Refuse what belongs to a visit where nobody is sent."""
    if evaluation.mode == modes.LIGHT:
        raise Refused(N_("This department takes part lightly: it is not visited."))


def section(work: Work, evaluation: Evaluation) -> None:
    """The office's section, at its desk: only for a department that is not visited."""
    if evaluation.mode != modes.LIGHT or Role.SUPERVISION_SECTION not in getattr(work.actor, "roles", ()):
        raise Forbidden(N_("Only the office's section does this, and only where no visit takes place."))


def checker(work: Work, evaluation: Evaluation) -> None:
    """Who verifies figures: a member of the team; where nobody is sent the office's section."""
    if evaluation.mode == modes.LIGHT:
        section(work, evaluation)
    else:
        member(work, evaluation)


def sealer(work: Work, evaluation: Evaluation) -> None:
    """Who seals: the team's lead; where nobody is sent the office's section."""
    if evaluation.mode == modes.LIGHT:
        section(work, evaluation)
    else:
        lead(work, evaluation)
