"""The nine chapters of a department's self-assessment, with its own figures and deeds."""

# ruff: noqa: E501 - prose, a paragraph a line
from __future__ import annotations

from .content_statements import MEASURES, PLACES
from .figures import Case
from .figures_people import total

OPENING = {
    "strong": "一年来，{short}坚持把落实“三定”规定作为履职的基本依据，职责清单、岗位清单、流程清单同步更新，机构编制执行情况总体良好。",
    "solid": "一年来，{short}认真执行“三定”规定和机构编制管理各项制度，职责履行、机构运行、人员配备总体规范。",
    "uneven": "一年来，{short}围绕市委、市政府中心工作履行职责，机构运行总体平稳，但部分环节的制度执行和人员管理还有不足。",
    "weak": "一年来，{short}在人员紧、任务重的情况下完成了主要工作，但职责落实、内部管理和编制使用方面还存在一些问题，需要下大力气改进。",
}


def chapters(case: Case) -> dict[str, str]:
    """c1 … c9 as the department writes them."""
    if case.english:
        from . import english_texts  # which needs the weak blocks of this file

        return english_texts.chapters(case)
    texts = {"c1": _basics(case), "c2": _functions(case), "c3": _units(case), "c4": _posts(case), "c5": _methods(case),
             "c7": _results(case), "c8": _problems(case), "c9": _plans(case)}
    return dict(sorted((texts | ({"c6": _affiliates(case)} if case.body.affiliates else {})).items()))


def _basics(case: Case) -> str:
    f, people = case.figures, total(case.figures)
    approved = sum(row["approved"] for row in f.office_tables["T2"].values())
    return "\n".join((
        OPENING[case.portrait.character].format(short=case.body.short),
        f"根据《{case.body.name}职能配置、内设机构和人员编制规定》（{f.fields['T1.three_fix_document']}），本单位承担{f.fields['T8.duties_total']}条职责，"
        f"设内设机构{f.fields['T1.units_actual']}个，核定各类编制{approved}名，现有占编人员{people}人；核定单位领导职数{f.office['T3.leaders_approved']}名，"
        f"实配{f.fields['T3.leaders_filled']}名。",
        f"截至{case.census.year}年{case.census.month}月{case.census.day}日，35岁及以下{f.fields['T6.age_35']}人，36至45岁{f.fields['T6.age_45']}人，"
        f"46至55岁{f.fields['T6.age_55']}人，55岁以上{f.fields['T6.age_over']}人；使用编外人员{f.fields['T7.total']}人。",
    ))


def _functions(case: Case) -> str:
    f = case.figures.fields
    lead, *others = case.portrait.work
    return "\n".join((
        f"（一）职责分解。对照三定规定编制职责任务清单，共{f['T8.tasks_total']}项任务，{f['T8.duties_assigned']}条职责分解到内设机构和岗位。",
        f"（二）职责承接。应承接划入和新增职责{f['T8.taken_due']}项，已承接落实{f['T8.taken_done']}项；应取消、下放、移交职责{f['T8.dropped_due']}项，已办结{f['T8.dropped_done']}项。",
        f"（三）主要职责履行。重点做好{lead}、{'、'.join(others)}等工作，权责清单{f['T8.power_items']}项，均对外公开。",
        "（四）部门关系。" + case.pick("A301", "与相关部门的分工已有书面文件，没有职责争议。", "与个别部门在具体事项上有过不同意见，已书面协调。", "与个别部门的职责边界仍在协调，已报编办研究。"),
    ))


def _units(case: Case) -> str:
    names = [row["name"] for row in case.figures.tables["T4"]]
    return "\n".join((
        f"本单位设{'、'.join(names)}{len(names)}个内设机构，名称、规格按批准文件执行。",
        case.pick("B102", "各内设机构职责清楚，每项职责有唯一主办科室，没有重叠和空档。", "各内设机构职责基本清楚，个别事项由两个科室共同办理，已明确牵头科室。",
                  "受人员调整影响，个别科室之间存在交叉，部分事项由分管领导临时指定办理。"),
        "没有设立长期运行的工作专班。" if case.quality["B104"] == 0 else "因专项工作需要设立过工作专班，正在对照期限逐一清理。",
    ))


def _posts(case: Case) -> str:
    f = case.figures.fields
    return "\n".join((
        "严格执行编制使用核准制度，进人前先办理用编核准，入编、出编、退休均在实名制系统办理。",
        f"内设机构正职实配{f['T3.heads_filled']}名、副职实配{f['T3.deputies_filled']}名。长期借出{f['T6.seconded_out']}人，长期病休{f['T6.long_sick']}人，离岗未退{f['T6.left_not_retired']}人。",
        f"编外用人{f['T7.total']}人，其中与本单位签订合同{f['T7.contract']}人，上年为{f['T7.total_last_year']}人，岗位为辅助性、服务性工作，不在人事、财务和涉密岗位。",
    ))


def _methods(case: Case) -> str:
    f = case.figures.fields
    checks = (f"双随机抽查年度计划{f['T8.inspections_planned']}项，完成{f['T8.inspections_done']}项，按期公示{f['T8.inspections_published']}项。"
              if case.body.enforcement else "本单位没有执法检查职责，未列入双随机抽查范围。")
    return "\n".join((
        f"建立内部管理制度体系，实际岗位{f['T8.posts_total']}个，编制岗位说明书{f['T8.posts_with_duties']}份；{f['T8.tasks_with_process']}项任务有流程图和工作规范。",
        checks, "交办事项实行台账管理，办公室按月调度、按季通报。",
    ))


def _affiliates(case: Case) -> str:
    rows = case.figures.tables["T5"]
    listed = "；".join(f"{row['name']}，实有{row['actual']}人" for row in rows)
    return "\n".join((
        f"本单位所属事业单位{len(rows)}个：{listed}。", "各所属单位按照宗旨和业务范围开展工作，法人证书均在有效期内。",
        case.pick("E102", "所属单位业务饱满，政事分开。", "个别所属单位有一项业务因政策调整暂未开展。", "个别所属单位业务量下降，有人员在机关科室协助工作，正在规范。"),
    ))


def _results(case: Case) -> str:
    return "\n".join(f"{number}. {deed}。" for number, deed in enumerate(case.portrait.deeds, start=1))


def weak_blocks(case: Case) -> list[str]:
    """The blocks that the department itself owns up to, the worst first; at least one, at most three."""
    blocks = [block for block in "ABCDEF" if block != "E" or case.body.affiliates]
    worst = sorted(blocks, key=lambda block: (-sum(q for leaf, q in case.quality.items() if leaf[0] == block), block))
    return worst[: {"strong": 1, "solid": 2, "uneven": 2, "weak": 3}[case.portrait.character]]


def _problems(case: Case) -> str:
    listed = [f"（{sign}）{PLACES[block]}。" for sign, block in zip("一二三", weak_blocks(case), strict=False)]
    return "\n".join((*listed, "原因主要是：对机构编制法规学习不够系统，制度更新跟不上职责变化，内部统筹力度不足。"))


def _plans(case: Case) -> str:
    listed = [f"{number}. {MEASURES[block]}" for number, block in enumerate(weak_blocks(case), start=1)]
    wish = {"strong": "建议在编制总量内支持引进2至3名专业技术人才。", "solid": "建议结合新增职责，适当增加一线科室编制。",
            "uneven": "建议支持理顺与镇街的职责分工，统筹使用所属单位编制。", "weak": "建议对任务明显增加的科室适当增加编制，支持调整优化内设机构。"}
    return "\n".join((*listed, "机构编制建议：" + wish[case.portrait.character]))
