"""A department's figures: what is true, what the department reports, what the office and the register have.

Each indicator is done well (0), fairly (1) or badly (2); every figure follows from that, so that scores, findings,
statements and records of one department tell the same story.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from . import figures_people as people
from .cast import BODIES, ENGLISH, Body
from .dice import dice, share
from .portraits import CHARACTERS, Portrait, portrait_of

LEAVES = (
    "A101", "A102", "A103", "A201", "A202", "A203", "A301", "A302", "B101", "B102", "B103", "B104", "C101", "C102", "C103",
    "C201", "C202", "C301", "C302", "C401", "C402", "C403", "D101", "D102", "D103", "D201", "D202", "D203", "E101", "E102",
    "E103", "E104", "E105", "F101", "F102", "F103",
)  # fmt: skip
RUBRICS = ("A203", "A301", "A302", "B102", "B104", "D101", "E102")


@dataclass(frozen=True)
class Case:
    """One department in one campaign. ``year`` and ``census`` are the campaign's."""

    body: Body
    year: int
    census: date
    lang: str = "zh"
    """The play's language: in ``en`` one department speaks English."""

    @property
    def index(self) -> int:
        """Its place in the cast."""
        return BODIES.index(self.body)

    @property
    def english(self) -> bool:
        """Whether its texts are English."""
        return self.lang == "en" and self.body.code == ENGLISH

    def say(self, text: str) -> str:
        """A text of the play as this department has it."""
        if not self.english:
            return text
        from .english import WORDS  # some of them stand beside texts that need this file

        return WORDS[text]

    @cached_property
    def portrait(self) -> Portrait:
        """What it is like."""
        return portrait_of(self.body)

    @cached_property
    def quality(self) -> dict[str, int]:
        """Indicator → 0 done well, 1 fairly, 2 badly."""
        good, fair = CHARACTERS[self.portrait.character]
        found = {}
        for leaf in LEAVES:
            throw = dice(self.body.code, leaf).random()
            found[leaf] = 2 if leaf in self.portrait.sore else 0 if throw < good else 1 if throw < fair else 2
        return found

    def pick(self, leaf: str, *values: Any) -> Any:
        """The value for how well an indicator is done."""
        return values[self.quality[leaf]]

    def number(self, name: str, low: int, high: int) -> int:
        """A number that is always the same for this department."""
        return dice(self.body.code, name).randint(low, high)

    @cached_property
    def figures(self) -> Figures:
        """All its figures."""
        return make(self)


@dataclass
class Figures:
    """``fields``/``tables``: as the department reports; ``office``: of the office and the register; ``panel``: found by
    the team; ``changes``: (field, row) → (true value, reason, evidence) where the team finds something else."""

    fields: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    office: dict[str, Any] = field(default_factory=dict)
    office_tables: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    panel: dict[str, Any] = field(default_factory=dict)
    changes: dict[tuple[str, str], tuple[Any, str, str]] = field(default_factory=dict)
    posts: int = 0

    def true(self, name: str) -> Any:
        """The figure that counts in the end."""
        if (name, "") in self.changes:
            return self.changes[name, ""][0]
        return next((known[name] for known in (self.panel, self.office, self.fields) if name in known), 0)


def make(case: Case) -> Figures:
    """Everything about one department."""
    found = Figures()
    people.body(case, found)
    people.posts(case, found)
    people.sections(case, found)
    people.leaders(case, found)
    people.staff(case, found)
    if case.body.affiliates:
        people.affiliates(case, found)
    _duties(case, found)
    _operation(case, found)
    _workload(case, found)
    if case.english:
        _rename(case, found)
    return found


def _rename(case: Case, found: Figures) -> None:
    """Sections and kinds of work by their English names; the figures are the same in both languages."""
    for table, key in (("T4", "name"), ("T8W", "task")):
        for row in found.tables[table]:
            row[key] = case.say(row[key])
            if "duties" in row:
                row["duties"] = case.say("承担{work}方面的职责，办理领导交办的其他事项。").format(work=row[key])
        found.office_tables[table] = {case.say(name): row for name, row in found.office_tables[table].items()}


def _claimed(case: Case, found: Figures, name: str, truth: int, *, most: int, more: int, reason: str, evidence: str) -> None:
    """The department reports a little more than the team finds."""
    reported = min(most, truth + more)
    found.fields[name] = reported
    if reported != truth:
        found.changes[name, ""] = (truth, case.say(reason), case.say(evidence))


def _duties(case: Case, found: Figures) -> None:
    q, number = case.quality, case.number
    duties = number("duties", 26, 44)
    found.fields["T8.duties_total"] = duties
    more = number("more", 1, 2) if q["A101"] else 0
    _claimed(case, found, "T8.duties_assigned", share(duties, case.pick("A101", 1.0, 0.94, 0.87)), most=duties, more=more,
             reason="抽查职责任务清单，有职责只写到分管领导，没有落到内设机构和岗位。", evidence="核查底稿A-2，职责任务清单复印件")
    due = case.pick("A102", number("taken", 3, 6), 10, 5)
    found.fields |= {"T8.taken_due": due, "T8.taken_done": case.pick("A102", due, 9, 4)}
    due = case.pick("A103", number("dropped", 2, 5), 10, 3)
    found.fields |= {"T8.dropped_due": due, "T8.dropped_done": case.pick("A103", due, 9, 2)}
    items = number("items", 60, 210)
    found.fields |= {"T8.power_items": items, "T8.power_items_matched": share(items, case.pick("A201", 0.99, 0.955, 0.905))}
    due = case.pick("A202", number("changes", 6, 16), 10, 9)
    found.office |= {"T8.list_changes_due": due, "T8.list_changes_on_time": case.pick("A202", due, 9, 6)}


def _operation(case: Case, found: Figures) -> None:
    number = case.number
    posts = found.posts
    _claimed(case, found, "T8.posts_with_duties", share(posts, case.pick("D102", 0.99, 0.91, 0.81)), most=posts,
             more=number("posts", 1, 3) if case.quality["D102"] else 0, evidence="核查底稿D-2，岗位说明书抽查表",
             reason="抽查10个岗位，岗位说明书为其他岗位的复制，职责与实际不符，不予认定。")
    found.fields["T8.posts_total"] = posts
    tasks = number("tasks", 48, 92)
    found.fields["T8.tasks_total"] = tasks
    _claimed(case, found, "T8.tasks_with_process", share(tasks, case.pick("D103", 0.97, 0.88, 0.73)), most=tasks,
             more=number("process", 2, 4) if case.quality["D103"] == 2 else 0, evidence="核查底稿D-3，流程实跑记录",
             reason="流程图只有框图没有工作规范，抽取5项实跑时无法对应，不予认定。")
    planned = number("inspections", 12, 34) if case.body.enforcement else 0
    done = share(planned, case.pick("D201", 1.0, 1.0, 0.81))
    found.fields |= {"T8.inspections_planned": planned, "T8.inspections_done": done}
    _claimed(case, found, "T8.inspections_published", share(done, case.pick("D201", 1.0, 0.86, 0.70)), most=done,
             more=2 if case.quality["D201"] == 2 and planned else 0, evidence="核查底稿D-4，公示截图",
             reason="抽查的公示记录中有结果超过20个工作日才公示，不计入按期公示。")
    due = number("assigned", 60, 170)
    found.office |= {"T8.assigned_due": due, "T8.assigned_on_time": share(due, case.pick("D202", 0.993, 0.962, 0.915)),
                     "T8.key_tasks_given": "20", "T8.key_tasks_done": case.pick("F101", "19.5", "18", "15.5")}
    if case.body.services:
        cases = number("cases", 900, 11800)
        found.office |= {"T8.service_cases": cases, "T8.service_on_time": share(cases, case.pick("F102", 0.996, 0.981, 0.958))}
    total = number("complaints", 36, 420)
    rated = share(total, 0.6)
    found.office |= {"T8.complaints_total": total, "T8.complaints_on_time": share(total, case.pick("F103", 0.99, 0.95, 0.88)),
                     "T8.complaints_rated": rated, "T8.complaints_satisfied": share(rated, case.pick("F103", 0.97, 0.90, 0.79))}


def _workload(case: Case, found: Figures) -> None:
    """Cases of each task, so that hours over the year fill the people at work as far as the story says."""
    actual = sum(row["actual"] for row in found.tables["T2"].values())
    away = sum(found.true(f"T6.{kind}") for kind in ("seconded_out", "long_sick", "left_not_retired"))
    busy = case.portrait.character == "solid" and case.index % 3 == 0
    wanted = Decimal("1.36") if busy else Decimal(case.pick("D203", "0.98", "0.77", "0.64"))
    hours = wanted * (actual - away) * 1760
    kinds, rows, standard = case.portrait.work, [], {}
    for place, task in enumerate(kinds):
        each = Decimal(case.number(f"hours{task}", 3, 16)) / 2 + 2 * place
        part = hours * Decimal(2 * len(kinds) - place) / Decimal(sum(2 * len(kinds) - k for k in range(len(kinds))))
        rows.append({"task": task, "yearly_cases": int(part / each)})
        standard[task] = {"standard_hours": f"{each:.1f}"}
    found.tables["T8W"] = rows
    found.office_tables["T8W"] = standard
