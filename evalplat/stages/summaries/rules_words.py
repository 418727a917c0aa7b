"""How the keys in the rows read, as gettext ids: families of findings, decisions on objections, letters, books and their columns."""

from __future__ import annotations

from evalplat.findings.kinds import SEVERITIES, STATES
from evalplat.kernel.i18n import N_

FAMILIES: dict[str, str] = {
    "P1": N_("Duties"), "P2": N_("Bodies and internal units"), "P3": N_("Posts and staffing"), "P4": N_("Leaders"),
    "P5": N_("Internal operation"), "P6": N_("Affiliates"), "P7": N_("Off-establishment staff"), "P8": N_("Data"),
    "P9": N_("Benefit and coordination"),
}
DECISIONS: dict[str, str] = {
    "": N_("not decided yet"), "upheld": N_("left unchanged"), "changed": N_("changed"), "annulled": N_("annulled"),
}
OBJECTION_STATES: dict[str, str] = {
    "filed": N_("received"), "correcting": N_("to be corrected"), "accepted": N_("under review"), "refused": N_("not taken in"),
    "withdrawn": N_("withdrawn by the department"), "decided": N_("decided"),
}
SUBJECTS: dict[str, str] = {
    "leaf": N_("points of an indicator"), "finding": N_("a finding"), "fact": N_("a fact"), "procedure": N_("the procedure"),
    "grade": N_("the grade"),
}
LETTERS: dict[str, str] = {
    "notice": N_("Notice"), "feedback_letter": N_("Feedback letter"), "review_decision": N_("Review decision"),
    "rectification_notice": N_("Rectification notice"),
}
DESTINATIONS: dict[str, str] = {
    "D1": N_("Studied by the office"), "D2": N_("Rectified by the department"), "D3": N_("Handled as a violation"),
}
MARKS: dict[str, str] = {
    "sample_short": N_("few answers"), "sample_short_block": N_("survey left out"), "light": N_("not visited"),
}
MAPS: dict[str, dict[str, str]] = {
    "severity": {str(key): text for key, text in SEVERITIES.items()}, "decision": DECISIONS, "subject": SUBJECTS,
    "letters.kind": LETTERS, "objections.state": OBJECTION_STATES, "findings.state": {str(key): text for key, text in STATES.items()},
    "destinations": DESTINATIONS, "marks": MARKS,
}
"""Column, or book and column → key → gettext id."""

TITLES: dict[str, str] = {
    "units": N_("Departments"), "findings": N_("Findings"),
    "items": N_("Rectification ledger"), "objections": N_("Objections that were filed"),
    "contested": N_("Contested items"), "advice": N_("Advice on posts and bodies"), "surveys": N_("Satisfaction by department and group"),
    "records": N_("Records of visits"),
    "files": N_("Papers that were looked at"), "letters": N_("Letters"), "people": N_("Members of the teams"),
}
COLUMNS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "units": (("unit", N_("Department"), False), ("category", N_("Category"), False), ("team", N_("Team"), False),
              ("total", N_("Score"), True), ("score_x", N_("X"), True), ("score_y", N_("Y"), True), ("grade", N_("Grade"), False),
              ("rank", N_("Rank in its category"), True), ("findings", N_("Findings"), True)),
    "findings": (("unit", N_("Department"), False), ("code", N_("Code"), False), ("category", N_("Kind"), False),
                 ("severity", N_("Severity"), False), ("title", N_("Finding"), False), ("destinations", N_("Destination"), False),
                 ("state", N_("State"), False)),
    "items": (("unit", N_("Department"), False), ("number", N_("Number"), False), ("title", N_("Finding"), False),
              ("severity", N_("Severity"), False), ("state_label", N_("State"), False), ("due", N_("Due"), False),
              ("closed", N_("Closed"), False), ("overdue", N_("Overdue"), False), ("notice", N_("Number of the notice"), False)),
    "objections": (("unit", N_("Department"), False), ("state", N_("State"), False), ("filed", N_("Filed"), False),
                   ("ended", N_("Ended"), False), ("items", N_("Items"), True), ("document", N_("Decision"), False)),
    "contested": (("unit", N_("Department"), False), ("number", N_("Number"), True), ("subject", N_("Against"), False),
                  ("code", N_("Code"), False), ("decision", N_("Decision"), False)),
    "advice": (("unit", N_("Department"), False), ("code", N_("Finding"), False), ("kind_label", N_("Kind"), False),
               ("posts", N_("Posts"), True), ("state_label", N_("State"), False), ("text", N_("Advice"), False),
               ("document", N_("Document"), False)),
    "surveys": (("unit", N_("Department"), False), ("group", N_("Group"), False), ("answered", N_("Answers"), True),
                ("n", N_("Valid answers"), True), ("score", N_("Score"), True), ("half", N_("± (95 per cent)"), True)),
    "records": (("unit", N_("Department"), False), ("code", N_("Code"), False), ("label", N_("How"), False),
                ("held_on", N_("Day"), False), ("people", N_("People"), True)),
    "files": (("unit", N_("Department"), False), ("n", N_("Papers"), True)),
    "letters": (("unit", N_("Department"), False), ("kind", N_("Letter"), False), ("number", N_("Number"), False),
                ("issued", N_("Issued"), False)),
    "people": (("name", N_("Name"), False), ("team", N_("Team"), False), ("lead", N_("Lead"), False)),
}
"""Book → (column, gettext id, whether it is a figure)."""

ROOMS: dict[str, str] = {
    "units": "", "findings": "/findings", "items": "/follow-up", "objections": "/objection", "contested": "/objection",
    "advice": "/follow-up", "surveys": "", "records": "/review", "files": "/assessment", "letters": "/documents",
}
"""Book → where a row is worked on, below the unit's address."""
