"""The self-assessment: the office's figures, claims, disputes, filling in by three people, signature, acceptance."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from evalplat.campaigns.tables import Evaluation
from evalplat.kernel.work import Work
from evalplat.stages.assessments import actions, actions_claims, actions_office, actions_submit, queries
from evalplat.stages.assessments.rules_issues import issues

from .content_statements import EVIDENCE, MEASURES, PLACES, STATEMENTS
from .content_texts import chapters, weak_blocks
from .dice import dice
from .evidence import file_of
from .figures import Case
from .play import On

SELF = (Decimal(1), Decimal("0.9"), Decimal("0.75"))
"""How much of the full marks a department gives itself for what it does well, fairly, badly: a little too much."""
PROBLEM_CATEGORIES = {"A": "P15", "B": "P23", "C": "P37", "D": "P52", "E": "P64", "F": "P91"}
CLAIMED, REFUSED = "A103", "B104"


def office_figures(on: On) -> None:
    """The establishment section enters what is approved, and what the register says."""
    figures = on.case.figures
    register = {name: value for name, value in figures.office.items() if name.startswith("T9.")}
    office = {name: value for name, value in figures.office.items() if name not in register}
    ledger, export = (on.case.say(text).format(year=on.case.census.year, month=on.case.census.month)
                      for text in ("市编办编制台账（{year}年{month}月）", "实名制系统导出（{year}年{month}月）"))
    with on.by("zhao") as (work, evaluation):
        actions_office.enter_office_figures(
            work, evaluation, ref=ledger, fields=office, tables=figures.office_tables)
        actions_office.enter_office_figures(work, evaluation, ref=export, fields=register)


def claims(case: Case) -> tuple[str, ...]:
    """What the department claims not to apply: one claim is right, the other is not."""
    if case.index % 4 == 1 and case.quality[CLAIMED] == 0:
        return (CLAIMED,)
    return (REFUSED,) if case.index % 4 == 2 and case.quality[REFUSED] else ()


def dispute(case: Case) -> tuple[str, Any, str] | None:
    """(field, claimed value, reason) of the figure that the department disputes, if it does."""
    office = case.figures.office
    if case.quality["C202"]:
        more = int(office["T3.deputies_approved"]) + 1
        return "T3.deputies_approved", more, "2025年增设业务科室时已同意增配副职1名，台账未作调整。"
    if case.index % 5 == 3:
        more = min(office["T8.assigned_on_time"] + 1, office["T8.assigned_due"])
        return "T8.assigned_on_time", more, "有1项交办事项经批准延期，应计入按期办结。"
    return None


def claim(on: On) -> None:
    """The liaison says what does not apply, and disputes a figure of the office."""
    with on.by("liaison") as (work, evaluation):
        for code in claims(on.case):
            reason = "本单位没有取消、下放、移交的职责。" if code == CLAIMED else "本单位没有派出、临时和加挂机构。"
            actions_claims.claim_not_applicable(work, evaluation, code, reason=on.case.say(reason))
        disputed = dispute(on.case)
        if disputed:
            actions_claims.dispute_figure(work, evaluation, disputed[0], claimed=str(disputed[1]), reason=disputed[2])


def decide_claims(on: On) -> None:
    """The sections decide: one claim is granted, one refused; one dispute is right, one is not."""
    for code in claims(on.case):
        with on.by("li") as (work, evaluation):
            granted = code == CLAIMED
            reason = "经核对三定规定和改革方案，情况属实。" if granted else "编办台账登记有专项工作专班，应当纳入评估。"
            actions_claims.decide_claim(work, evaluation, code, approved=granted, reason=on.case.say(reason))
    disputed = dispute(on.case)
    if disputed:
        with on.by("zhao") as (work, evaluation):
            right = disputed[0].startswith("T8.")
            reason = "经与督查室核对，该事项已批准延期，予以更正。" if right else "增设科室批复未核增副职职数，维持原核定数。"
            actions_claims.decide_dispute(work, evaluation, disputed[0], upheld=right, reason=reason, ref="督查台账更正单" if right else "")


def fill_affiliates(on: On) -> None:
    """The affiliated institutions' clerk fills in their table."""
    if on.case.body.affiliates:
        with on.by("filler") as (work, evaluation):
            actions.fill(work, evaluation, tables={"T5": on.case.figures.tables["T5"]})


def fill(on: On) -> None:
    """The liaison fills in everything else."""
    with on.by("liaison") as (work, evaluation):
        actions.fill(work, evaluation, texts=chapters(on.case), figures=unit_fields(on.case),
                     tables={name: rows for name, rows in on.case.figures.tables.items() if name != "T5"})
        _files(on, work, evaluation)
        actions.fill(work, evaluation, scores=_scores(on, work, evaluation), problems=_problems(on.case))
        _explain(on, work, evaluation)


def fill_half(on: On) -> None:
    """The liaison has begun: texts, figures of the first tables, some scores."""
    with on.by("liaison") as (work, evaluation):
        texts = dict(list(chapters(on.case).items())[:4])
        figures = {name: value for name, value in unit_fields(on.case).items() if name[:2] in ("T1", "T3", "T6")}
        actions.fill(work, evaluation, texts=texts, figures=figures, tables={"T2": on.case.figures.tables["T2"]})
        scores = _scores(on, work, evaluation)
        actions.fill(work, evaluation, scores={leaf: scores[leaf] for leaf in list(scores)[:9]})


def unit_fields(case: Case) -> dict[str, Any]:
    """The figures that the department has: none about inspections if it inspects nobody, none for a granted claim."""
    left_out = () if case.body.enforcement else ("T8.inspections_",)
    left_out += ("T8.dropped_",) if CLAIMED in claims(case) else ()
    return {name: value for name, value in case.figures.fields.items() if not name.startswith(left_out or ("-",))}


def _scores(on: On, work: Work, evaluation: Evaluation) -> dict[str, tuple[str, str]]:
    draft = queries.draft_of(work, evaluation)
    known = {**on.case.figures.fields, **on.case.figures.office}
    found = {}
    for leaf in draft.system.leaves:
        if leaf.rule.survey or not draft.applies(leaf):
            continue
        full = draft.system.points_of(leaf, draft.profile)
        points = Decimal(full.numerator) / Decimal(full.denominator) * SELF[on.case.quality[leaf.code]]
        text = on.case.say(STATEMENTS[leaf.code])
        for name, value in known.items():
            text = text.replace("{" + name + "}", str(value))
        found[leaf.code] = (f"{points.quantize(Decimal('0.01'), ROUND_HALF_UP):f}", text)
    return found


def _files(on: On, work: Work, evaluation: Evaluation) -> None:
    draft = queries.draft_of(work, evaluation)
    for leaf in draft.system.leaves:
        if leaf.code in EVIDENCE and draft.applies(leaf):
            name, kind, content = EVIDENCE[leaf.code]
            name, say = on.case.say(name), on.case.say
            day = say("统计时点：{day}").format(day=on.case.census.isoformat())
            lines = (on.case.body.name, say(content), day, *map(say, on.case.portrait.deeds))
            actions.add_file(work, evaluation, leaf.code, f"{leaf.code} {name}.{kind}", file_of(kind, name, lines))


def _problems(case: Case) -> list[dict[str, str]]:
    stop = "." if case.english else "。"
    return [{"category": PROBLEM_CATEGORIES[block], "description": case.say(PLACES[block]) + stop, "measure": case.say(MEASURES[block])}
            for block in weak_blocks(case)]


def _explain(on: On, work: Work, evaluation: Evaluation) -> None:
    """Whatever the checks ask about gets an explanation."""
    draft = queries.draft_of(work, evaluation)
    reason = on.case.say("已核对原始台账，数据无误；变化原因为本年度人员和任务调整。")
    asked = {one.key: reason for one in issues(draft) if one.level == "W"}
    if asked:
        actions.fill(work, evaluation, explanations=asked)


def mark_ready(on: On) -> None:
    """The liaison says that it is ready."""
    with on.by("liaison") as (work, evaluation):
        actions_submit.mark_ready(work, evaluation)


def submit(on: On) -> None:
    """The head signs."""
    with on.by("head") as (work, evaluation):
        actions_submit.submit(work, evaluation, declared=True)


def returned(case: Case) -> bool:
    """Whether the team sends it back once."""
    return dice(case.body.code, "returned").random() < 0.2


def send_back(on: On) -> None:
    """The lead sends it back once for correction."""
    with on.by("lead") as (work, evaluation):
        actions_submit.return_once(work, evaluation, reason="自评报告第四部分缺少借调人员说明，请补充后重新报送；统计表数据不用改动。")


def correct(on: On) -> None:
    """The liaison completes the text, the head signs again."""
    with on.by("liaison") as (work, evaluation):
        text = chapters(on.case)["c4"] + "\n补充说明：借出人员均有批件，到期前一个月逐人提醒返岗。"
        actions.fill(work, evaluation, texts={"c4": text})
        actions_submit.mark_ready(work, evaluation)
    submit(on)


def accept(on: On) -> None:
    """The lead takes it as the basis of the review."""
    with on.by("lead") as (work, evaluation):
        actions_submit.accept(work, evaluation)

