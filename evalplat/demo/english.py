"""The texts of one department in English, for ``--lang en``: an English reader can follow it from the notice to the last
rectification. Each Chinese text of the play that concerns it stands here beside its English; one that lacks it stops the play.
"""

# ruff: noqa: E501 - prose, an item a line
from __future__ import annotations

from . import content_findings as findings
from . import content_follow as follow
from . import content_objection as objection
from . import content_records as visited
from . import content_review as review
from . import content_statements as statements
from .english_comments import COMMENTS

NAMES = {
    "办公室": "General Office", "政工人事科": "Political Work and Personnel Section", "机关党委": "Party Committee of the Bureau",
    "财政审计科": "Fiscal Audit Section", "经济责任审计科": "Accountability Audit Section", "固定资产投资审计科": "Investment Audit Section",
    "农业农村审计科": "Agriculture and Rural Audit Section", "法规审理科": "Legal and Audit Review Section",
    "预算执行审计": "Audits of budget execution", "经济责任审计": "Accountability audits of leading officials",
    "投资项目审计": "Audits of investment projects", "审计整改核查": "Checks that audit findings were put right",
    "查出主要问题金额6.7亿元，促进整改到位4.9亿元": "Audits found 670 million yuan of problems; 490 million yuan were put right",
    "实现市直一级预算单位审计全覆盖": "Every budget unit of the first level was audited",
    "主要负责人": "Head of the bureau", "办公室主任": "Director of the General Office", "所属单位填报人": "Clerk for affiliated institutions",
}
"""Sections, kinds of work, deeds and posts; people and the department itself keep their names."""

STATEMENTS = {
    "A101": "The three-fix provisions name {T8.duties_total} duties; the list of duties and tasks assigns {T8.duties_assigned} of them to sections and posts.",
    "A102": "Since the reform {T8.taken_due} duties had to be taken over or were new; {T8.taken_done} have been handed over and exercised for the first time.",
    "A103": "{T8.dropped_due} duties had to be abolished, devolved or handed over; {T8.dropped_done} have ended, as announced on the portal.",
    "A201": "The power and duty list has {T8.power_items} items; the table of correspondence traces {T8.power_items_matched} of them to a duty.",
    "A202": "After each change of law or of our provisions we asked for the list to be changed within 20 working days.",
    "A203": "The list of duties and tasks is on the city's portal and on our own website, and is the same as the filed text.",
    "A301": "The boundaries with other departments are set down in writing; there was no dispute this year.",
    "A302": "Joint meetings, joint checks and shared data with other departments are in place; minutes of this year's meetings exist.",
    "B101": "Names, number and rank of our sections are as approved; door plates, seals and letterheads agree.",
    "B102": "Each duty has one section in charge; where duties touch, the office meeting has named the lead.",
    "B103": "There are {T1.units_actual} sections, staffed by workload; the main ones have at least 3 people.",
    "B104": "There are no unapproved dispatched, temporary or extra-name bodies; task forces that expired were dissolved.",
    "C101": "Posts are used only after approval; reserved posts are kept for specialists and demobilised officers.",
    "C102": "Administrative and institution posts are managed apart; none is used for the other.",
    "C103": "Nobody joins before the use of the post is approved.",
    "C201": "{T3.leaders_filled} leaders are in post, none above the approved number or rank.",
    "C202": "{T3.heads_filled} heads and {T3.deputies_filled} deputies of sections are in post; each appointment was checked by the establishment office.",
    "C301": "Apart from {T6.seconded_out} people on approved secondment and {T6.long_sick} on sick leave, all staff are at work.",
    "C302": "Staff are concentrated in the sections that audit; general sections are kept small.",
    "C401": "Everybody has signed their entry in the personnel register; it is compared with payroll each quarter.",
    "C402": "Changes of staff are entered in the register within 10 working days.",
    "C403": "{T7.total} people work off the establishment, within the cap, all under contract and in the budget.",
    "D101": "Our internal rules are collected: decisions, personnel, finance, procurement, seals, archives, secrecy, supervision, petitions, emergencies.",
    "D102": "There are {T8.posts_total} posts; {T8.posts_with_duties} have a description.",
    "D103": "The list names {T8.tasks_total} tasks; {T8.tasks_with_process} have a flow chart and a work standard.",
    "D202": "Matters assigned by the city are kept in a ledger, finished and reported on time.",
    "D203": "By the workload statistics everybody has a full year's work.",
    "F101": "The key tasks of the year went to plan; evidence is attached.",
    "F103": "Hotline calls and petitions have a person in charge; each caller is asked back.",
}
EVIDENCE = {
    "A203": ("Screenshot of the published list of duties", "Publication page of the city's portal; the date of capture stands below the picture"),
    "A301": ("Duty boundaries and division of work", "Opinions on the division of work with other departments, countersigned"),
    "A302": ("Coordination rules and minutes", "Rules of the joint meetings, the year's minutes and letters"),
    "B102": ("Duties and sections", "Duty, section in charge and post, on three levels"),
    "B104": ("Temporary bodies that were closed", "Name, approval, term and end of each task force"),
    "D101": ("Table of contents of the internal rules", "Names, numbers and dates of revision of ten rules"),
    "A101": ("List of duties and tasks", "From duty to section to post"),
    "D102": ("Samples of post descriptions", "One description for each kind of post"),
    "F101": ("Key tasks of the year", "Task, milestones, progress, evidence"),
}
PLACES = {
    "A": "Duties are not yet assigned finely enough, and some papers on duties taken over are not filed",
    "B": "Work is spread unevenly over the sections; some have too few people",
    "C": "Staff grow older, specialists are lacking, and many are on secondment",
    "D": "Some flow charts are out of date, and assigned matters are not always followed to their end",
    "F": "Some key tasks are slow, and too few complaints are settled the first time",
}
MEASURES = {
    "A": "Revise the list of duties within the year, name section and post for each, and file it with the establishment office.",
    "B": "Propose a new division of duties from the workload statistics and submit it to the establishment office.",
    "C": "End expired secondments; draw up a plan of posts for three years that puts specialists first.",
    "D": "Revise flow charts and work standards; report on assigned matters each month.",
    "F": "Plan key tasks back from their deadlines; whoever takes a complaint first stays in charge of it.",
}
FINDINGS: dict[str, tuple[str, str, str, str, str]] = {
    "内设机构设置偏细，规模过小": (
        "Sections are too many and too small",
        "Of {units} sections, 2 have fewer than 3 approved posts. Their work is alike and could be done by one section.",
        "Rules on the internal units of government bodies", "Annual statistics of the establishment; workload statistics",
        "Study a merger and move posts to the sections with most work."),
    "岗位说明书与实际不符": (
        "Post descriptions do not match the work",
        "Of 10 posts checked, 4 descriptions were copied from others and do not match the work; some posts have none.",
        "Requirements for post responsibility", "Working paper D-2", "Write them anew for the posts as they are."),
}
"""Title of a finding → title, description, basis, evidence, requirement."""

LEAF_REASONS = {
    "A101": "The duties that were not counted were merged when the provisions were revised; the posts stand in the revised list, but the old one was used.",
    "A102": "The handover was confirmed on the third day after the visit; the first exercise was before the census date, its record lay with the other department.",
    "A201": "Three of the items that were not traced were added by the province; the provisions do not list such items one by one. They should count as traced.",
    "D102": "The descriptions that were not counted are shared by posts of the same kind; the names differ, the duties are the same. They should count.",
    "D103": "The flow charts are filed and the work standards were issued as rules; only the folder of flow charts was looked at.",
    "D202": "Two of the late matters had been extended by the supervision office; the approvals are handed in.",
    "C401": "The fields that differ were changed after the special check of the files; the register follows the approval of that check.",
    "F103": "Among the dissatisfied are repeated and unfounded complaints, as sorted out in the usual procedure.",
}
LEVELS = {
    "A203": ("The list on the portal agrees with the filed text line by line.", "Published, but last year's version.", "No published list was found."),
    "A301": ("The division of work is in writing; the departments asked had nothing to add.", "There was a dispute; it was settled in writing.", "The dispute is still before the establishment office."),
    "A302": ("Rules, lead and support and records are complete.", "Rules exist; minutes are incomplete.", "Agreed by word of mouth, nothing in writing."),
    "B102": ("Each duty that was checked has one section in charge.", "1 or 2 duties overlap.", "3 or more overlap; work is given out as it comes."),
    "B104": ("No unapproved temporary bodies; expired task forces were dissolved.", "1 task force has expired and still exists.", "A task force was set up without approval."),
    "D101": ("Ten rules, all revised within three years.", "1 of the ten rules is missing.", "3 of the ten rules are missing."),
}
NOTES = {
    "A": "List and provisions compared line by line; differences are in the working paper.", "B": "Door plates, seals and letterheads were looked at; differences are photographed.",
    "C": "Compared with register, appointments and payroll; see the table of comparison.", "D": "Rules, post descriptions and procedures were sampled; see the working paper.",
    "E": "Certificates and yearly figures were seen; heads were interviewed.", "F": "Compared with the export of the system.",
}
CONFORMS = ("Originals were seen; nothing to remark.", "Checked on the spot; it agrees.", "All samples conform.")
AGENDA = "9:00 Report of the head\n9:50 Documents and ledgers\n10:30 Meeting with the heads of sections\n14:00 Work logs\n15:10 Interviews with those served\n16:10 Who is at work: spot check\n17:00 First impressions"

SINGLE: dict[str, str] = {
    # self-assessment
    "市编办编制台账（{year}年{month}月）": "Establishment ledger of the office ({year}-{month:02d})", "实名制系统导出（{year}年{month}月）": "Export of the personnel register ({year}-{month:02d})",
    "本单位没有取消、下放、移交的职责。": "We have no duties that were abolished, devolved or handed over.",
    "本单位没有派出、临时和加挂机构。": "We have no dispatched, temporary or extra-name bodies.",
    "经核对三定规定和改革方案，情况属实。": "Checked against the three-fix provisions and the reform plan: correct.",
    "编办台账登记有专项工作专班，应当纳入评估。": "The office's ledger shows a task force; it has to be evaluated.",
    "统计时点：{day}": "Census date: {day}", "已核对原始台账，数据无误；变化原因为本年度人员和任务调整。": "Checked against the ledgers: correct. Staff and tasks changed this year.",
    "承担{work}方面的职责，办理领导交办的其他事项。": "Duties of the {work}, and other matters assigned by the leaders.",
    # the team's figures
    "抽查职责任务清单，有职责只写到分管领导，没有落到内设机构和岗位。": "The list names only the leader in charge of some duties, neither section nor post.", "核查底稿A-2，职责任务清单复印件": "Working paper A-2, copy of the list of duties",
    "抽查10个岗位，岗位说明书为其他岗位的复制，职责与实际不符，不予认定。": "Of 10 posts checked, some descriptions are copies of others and do not match the work; they do not count.",
    "核查底稿D-2，岗位说明书抽查表": "Working paper D-2, sample of post descriptions",
    "流程图只有框图没有工作规范，抽取5项实跑时无法对应，不予认定。": "Flow charts without work standards; 5 tasks that were walked through did not match, so they do not count.", "核查底稿D-3，流程实跑记录": "Working paper D-3, record of the walk-through",
    # review
    "{short}机关": "Premises of {short}", "现场照片": "Photograph of the place",
    "匿名访谈，受访人不签名，由两名评估人员共同记录并核对。": "Anonymous interview: not signed; taken down and compared by two assessors.",
    "核查底稿{leaf}": "Working paper {leaf}", "情况属实，将按要求整改。": "This is correct; we shall put it right as required.",
    review.AGENDA: AGENDA, review.MEDIATED: "Both saw the same papers and differ on whether the records are complete. The originals were looked at together; the level follows the standard.",
    review.WITHDRAWN: "The papers handed in later show that this was done before the census date; it is no longer a finding.",
    review.MODERATED: "Compared with similar departments the papers are more complete than others on the same level; adjusted a little.",
    review.PANEL_EVIDENCE["T1.structure_mismatches"]: "Working paper B-1, comparison of door plates, seals and letterheads",
    review.PANEL_EVIDENCE["T9.mixed_persons"]: "Working paper C-2, comparison of posts and kinds of establishment",
    review.PANEL_EVIDENCE["T9.fields_checked"]: "Working paper C-5, table of comparison",
    **dict(zip(visited.CONFORMS, CONFORMS, strict=True)),
    # objection
    objection.OTHER_REASONS: "The facts differ from our ledgers. We hand in the original ledgers and approvals and ask that they be checked.",
    objection.RUBRIC_REASONS: "The agreements and minutes kept in the secrecy room were not looked at. We ask that other assessors rate again.",
    objection.FINDING_REASONS: "This was put right before the census date; the order and photographs are attached. It should not be a finding.",
    objection.GRADE_REASONS: "Our annual appraisal came out better than this evaluation. We ask that the grade be reviewed.",
    objection.CLAIMS["finding"]: "Withdraw the finding.", objection.CLAIMS["grade"]: "Review the grade.",
    objection.NEW_EVIDENCE[0]: "Additional evidence", objection.NEW_EVIDENCE[1]: "Copies of the ledgers, approvals and an explanation",
    objection.EXISTED: "The papers were in the archive of the department that handed over and had not come back when we reported.",
    objection.ANSWERS["changed"]: "Compared with our working papers, part of it is correct; the team does not object.",
    objection.ANSWERS["annulled"]: "These papers were indeed not seen; other assessors should look.",
    objection.ANSWERS["upheld"]: "The annual appraisal differs in content and standard; the team holds to its view.",
    objection.ESTABLISHED["changed"]: "The additional ledgers were seen and checked on the spot: genuine, and older than the census date. The figure was too low and is corrected.",
    objection.ESTABLISHED["annulled"]: "The papers of the department are genuine; what was found does not have enough ground.",
    objection.ESTABLISHED["upheld"]: "The grade follows from the score; other appraisals do not change it. The result stands.",
    objection.METHOD: "The panel examined the papers, looked on the spot, heard the department and the first team, and decided item by item.",
    objection.AGAIN: "Agreements, the year's minutes and letters were seen and rated anew by the standard: more complete than first rated.",
    # follow-up
    "针对“{title}”，{requirement}": "On “{title}”: {requirement}",
    follow.MEASURE: "For “{title}” a working group under the leader in charge: {requirement} At the same time everything else of the kind is checked.",
    follow.STEPS: "1. Within 10 working days: establish the facts in a list.\n2. Put each item right, with a meeting every two weeks.\n3. Improve the rules and report to the establishment office.",
    follow.PROGRESS[0]: "The kick-off meeting was held, the facts are established, sections and deadlines are named.",
    follow.PROGRESS[1]: "The main work is done, the documents are issued; evidence is being gathered.",
    follow.PROGRESS[2]: "The missing evidence is handed in as asked, and the standing rules are improved.",
    follow.REPORT: "“{title}” has been put right: each item is ticked off, the rules are revised and issued, the section keeps a ledger and will check itself each quarter.",
    follow.OPINIONS["on_site"]: "Seen on the spot: the measures are carried out and agree with the report. Closed.",
    follow.OPINIONS["written"]: "Report, documents and photographs are complete; it has been put right. Closed.",
    follow.REJECTED: "Documents were issued, but nothing shows that they are carried out. Please add what was done in the past month.",
    follow.ADOPTED: "Adopted by the establishment commission; the establishment is changed in the usual procedure.",
    follow.LOOKED["held"]: "Looked at again after half a year: the result holds, the rules are in use.",
    follow.LOOK_BACK_REPORT: "Looking back at {unit}: {count} items were drawn, seen on the spot, in ledgers and in talks. Most results hold; what came back has been ordered again.",
    "现场查看，调阅台账": "Seen on the spot; ledgers consulted", "附：文件、照片、会议纪要": "Attached: documents, photographs, minutes",
    "整改进展": "Progress", "整改报告": "Rectification report", "补充材料": "Additional papers",
}


def _findings() -> dict[str, str]:
    found = {}
    for text in findings.TEXTS:
        if text.title in FINDINGS:
            found |= dict(zip((text.title, text.description, text.basis, text.evidence, text.requirement), FINDINGS[text.title], strict=True))
    return found


WORDS: dict[str, str] = {
    **{objection.LEAF_REASONS[leaf]: text for leaf, text in LEAF_REASONS.items()},
    **NAMES, **SINGLE, **COMMENTS, **_findings(),
    **{statements.STATEMENTS[leaf]: text for leaf, text in STATEMENTS.items()},
    **{statements.EVIDENCE[leaf][0]: name for leaf, (name, _) in EVIDENCE.items()},
    **{statements.EVIDENCE[leaf][2]: content for leaf, (_, content) in EVIDENCE.items()},
    **{statements.PLACES[block]: text for block, text in PLACES.items()},
    **{statements.MEASURES[block]: text for block, text in MEASURES.items()},
    **{chinese: text for leaf, texts in LEVELS.items() for chinese, text in zip(visited.LEVELS[leaf], texts, strict=True)},
    **{visited.NOTES[block]: text for block, text in NOTES.items()},
}
"""Chinese → English, of everything that is said about the department."""
