"""What may be objected to, what an item must say, what each decision needs and does. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from evalplat.kernel.i18n import N_


class Subject(StrEnum):
    """What an item contests."""

    LEAF = "leaf"
    FINDING = "finding"
    FACT = "fact"
    PROCEDURE = "procedure"
    GRADE = "grade"


class Progressed(StrEnum):
    """How far one objection has come."""

    DRAFTED = "drafted"
    FILED = "filed"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class Decision(StrEnum):
    """What the panel decides on an item."""

    UPHELD = "upheld"
    CHANGED = "changed"
    ANNULLED = "annulled"


class Refusal(StrEnum):
    """Why an objection is not taken in."""

    LATE = "late"
    WRONG_SUBJECT = "wrong_subject"
    OUT_OF_SCOPE = "out_of_scope"
    NO_REASONS = "no_reasons"
    NOT_COMPLETED = "not_completed"


SUBJECTS: dict[Subject, str] = {
    Subject.LEAF: N_("An indicator's points"), Subject.FINDING: N_("A finding"), Subject.FACT: N_("A fact in the letter"),
    Subject.PROCEDURE: N_("The procedure of the evaluation"), Subject.GRADE: N_("The grade"),
}
DECISIONS: dict[Decision, str] = {
    Decision.UPHELD: N_("it stands unchanged"), Decision.CHANGED: N_("it is changed"),
    Decision.ANNULLED: N_("it is annulled"),
}
PROGRESSED: dict[Progressed, str] = {
    Progressed.DRAFTED: N_("draft"), Progressed.FILED: N_("filed, waits to be taken in"),
    Progressed.CORRECTING: N_("to be completed by the department"), Progressed.ACCEPTED: N_("before the panel"),
    Progressed.REFUSED: N_("not taken in"), Progressed.WITHDRAWN: N_("taken back by the department"),
    Progressed.DECIDED: N_("decided"),
}
REFUSALS: dict[Refusal, str] = {
    Refusal.LATE: N_("It came after the window had closed."),
    Refusal.WRONG_SUBJECT: N_("It was not filed by the evaluated department."),
    Refusal.OUT_OF_SCOPE: N_("It contests what cannot be objected to."),
    Refusal.NO_REASONS: N_("It gives no reasons."),
    Refusal.NOT_COMPLETED: N_("It was not completed in time."),
}
MOST_ITEMS = 60
AGREEING = 2
"""How many members of the panel must agree on an item."""


def target(text: str) -> tuple[Subject, str] | None:
    """``leaf:A101`` → (leaf, A101); ``procedure`` → (procedure, ""); None if it names nothing."""
    kind, _, code = text.partition(":")
    if kind not in set(Subject):
        return None
    subject = Subject(kind)
    return (subject, code) if bool(code) == (subject in (Subject.LEAF, Subject.FINDING)) else None


def points_of(text: str) -> Decimal | None:
    """Typed points, or None if the text is no number of at most two decimals."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite():
        return None
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal("0.01")) if isinstance(exponent, int) and exponent >= -2 and abs(value) < 10000 else None


def item_faults(*, subject: str, claim: str, reasons: str, existed: bool, existed_why: str,
                full: Decimal | None) -> dict[str, str]:
    """What is missing before an item can be signed: field → gettext id."""
    faults: dict[str, str] = {}
    if not claim.strip():
        faults["claim"] = N_("Say what you claim instead.")
    elif subject == Subject.LEAF and not _within(points_of(claim), full):
        faults["claim"] = N_("Enter points between 0 and the full mark, with at most two decimals.")
    if not reasons.strip():
        faults["reasons"] = N_("Give your reasons.")
    if existed and not existed_why.strip():
        faults["existed_why"] = N_("Say why this evidence was not handed in with the self-assessment.")
    return faults


def _within(points: Decimal | None, full: Decimal | None) -> bool:
    return points is not None and points >= 0 and (full is None or points <= full)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a member of the panel proposes on one item."""

    decision: Decision
    established: str
    leaf: str = ""
    points: Decimal | None = None
    worse_reason: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the leaf of a proposal stands in the frozen result; ``full`` is None if there is no such leaf."""

    points: Decimal | None
    full: Decimal | None


def proposal_faults(subject: str, proposal: Proposal, standing: Standing, *, may_worsen: bool) -> dict[str, str]:
    """What keeps a proposal from being made: field → gettext id."""
    faults = _shape_faults(subject, proposal)
    if not proposal.established.strip():
        faults["established"] = N_("Write down what the panel established.")
    if proposal.leaf and standing.full is None and "leaf" not in faults:
        faults["leaf"] = N_("The result has no such indicator.")
    if proposal.points is not None and not faults:
        faults |= _points_faults(proposal, standing, may_worsen=may_worsen)
    return faults


def _shape_faults(subject: str, proposal: Proposal) -> dict[str, str]:
    """Which of leaf and points go with this subject and decision."""
    has_leaf, has_points = bool(proposal.leaf), proposal.points is not None
    if proposal.decision == Decision.CHANGED:
        if subject == Subject.FACT and not has_leaf and not has_points:
            return {}
        return _both(has_leaf=has_leaf, has_points=has_points)
    if proposal.decision == Decision.ANNULLED:
        if subject == Subject.GRADE:
            return {"decision": N_("A grade follows from the points. Change the indicators that it rests on.")}
        if subject == Subject.FINDING:
            return _both(has_leaf=has_leaf, has_points=has_points) if has_leaf or has_points else {}
        if not has_leaf:
            return {"leaf": N_("Say which indicator's points are annulled.")}
        if has_points:
            return {"points": N_("Annulled points are given again by another assessor. Leave this empty.")}
    return {}


def _both(*, has_leaf: bool, has_points: bool) -> dict[str, str]:
    faults = {} if has_leaf else {"leaf": N_("Say which indicator changes.")}
    return faults if has_points else faults | {"points": N_("Enter the new points.")}


def _points_faults(proposal: Proposal, standing: Standing, *, may_worsen: bool) -> dict[str, str]:
    points = proposal.points
    assert points is not None
    if not _within(points, standing.full):
        return {"points": N_("Enter points between 0 and the full mark, with at most two decimals.")}
    if standing.points is None or points > standing.points:
        return {}
    if points == standing.points:
        return {"points": N_("These are the present points. Decide that it stands unchanged, or enter others.")}
    if not may_worsen:
        return {"points": N_("An objection does not make a result worse. Enter the present points or more.")}
    if not proposal.worse_reason.strip():
        return {"worse_reason": N_("Fewer points need the corrected fact that requires them.")}
    return {}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decided item does to a leaf: other points, or void (``points`` is None)."""

    leaf: str
    points: Decimal | None


def effect(subject: str, decision: str, *, leaf: str, points: Decimal | None) -> Effect | None:
    """The effect of a decided item on the result, if it has one."""
    if not leaf or decision not in (Decision.CHANGED, Decision.ANNULLED):
        return None
    if points is not None:
        return Effect(leaf, points)
    return Effect(leaf, None) if decision == Decision.ANNULLED and subject != Subject.FINDING else None


def withdraws(subject: str, decision: str) -> bool:
    """Whether a decided item takes its finding away."""
    return subject == Subject.FINDING and decision == Decision.ANNULLED


def counting(before: Decimal | None, again: Decimal, *, may_worsen: bool) -> Decimal:
    """The points that count after scoring again: an objection does not make a result worse unless the campaign says so."""
    return again if may_worsen or before is None else max(before, again)
