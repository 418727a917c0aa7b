"""One view of each kind of document, with believable content; tests and the look at the pages use these."""

import importlib.util
from datetime import date
from decimal import Decimal
from pathlib import Path

from evalplat.documents.parts import ReviewItem, Section, Window
from evalplat.documents.views import (
    FeedbackLetterView,
    NoticeView,
    PosterView,
    ReceiptView,
    RectificationNoticeView,
    ReportView,
    ReviewDecisionView,
)


def _load(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


parts = _load("sample_parts")


def notice(**more) -> NoticeView:
    title = "关于开展2026年度市直部门机构编制综合评估的通知"
    values = {
        "head": parts.head("云编办发〔2026〕5号"), "title": title, "addressee": "市直有关部门、单位",
        "signed_by": parts.OFFICE, "signed_on": date(2026, 3, 2),
        "imprint": parts.imprint(date(2026, 3, 2), ("市委办公室", "市人大常委会办公室", "市政府办公室",
                                                    "市政协办公室", "市纪委监委机关", "市委组织部", "市财政局")),
        "stamp": parts.stamp(), "campaign": parts.CAMPAIGN, "kind": "综合评估",
        "basis": ("《中国共产党机构编制工作条例》", "《机构编制监督检查工作办法》",
                  "《云川市机构编制评估办法（试行）》（云编〔2025〕8号）"),
        "purpose": "为全面了解市直部门机构编制执行情况和使用效益，进一步优化机构编制资源配置，根据有关规定，",
        "units": parts.UNITS, "census_date": date(2025, 12, 31), "period": "2025年1月1日至2025年12月31日",
        "system_name": "市直部门机构编制综合评估指标体系", "system_version": "2026年第1版",
        "system_hash": parts.RESULT_HASH, "indicators": parts.indicators(),
        "windows": (
            Window(name="部门自评", opens_on=date(2026, 3, 9), closes_on=date(2026, 4, 3), who="被评估单位",
                   note="可退回补正一次，补正时间5个工作日"),
            Window(name="社会调查", opens_on=date(2026, 3, 16), closes_on=date(2026, 4, 15), who="市委编办、第三方机构"),
            Window(name="实地评估", opens_on=date(2026, 4, 7), closes_on=date(2026, 4, 30), who="评估组",
                   note="提前3个工作日通知，每家1至2天"),
            Window(name="撰写评估报告", opens_on=date(2026, 5, 6), closes_on=date(2026, 5, 26), who="评估组、监督检查科"),
            Window(name="反馈评估结果", opens_on=date(2026, 5, 27), closes_on=date(2026, 6, 9), who="市委编办"),
            Window(name="结果异议处理", opens_on=date(2026, 6, 10), closes_on=date(2026, 7, 21),
                   who="被评估单位、复核组", note="收到反馈意见书之日起10个工作日内提出"),
            Window(name="报告评估情况", opens_on=date(2026, 7, 22), closes_on=date(2026, 8, 18), who="市委编办"),
        ),
        "teams": parts.TEAMS, "submit_by": date(2026, 4, 3),
        "deliverables": ("自评报告（经主要负责人签字，提纲见附件4）", "调查统计表（表1至表8）", "自评分表及佐证材料",
                         "自查问题清单"),
        "outline": ("基本情况（职责、机构、编制、人员）", "职能配置与履行情况", "内设机构运行情况", "编制及领导职数执行情况",
                    "内部工作机制运行情况", "所属事业单位情况", "取得的主要成效", "存在问题及原因", "整改打算与机构编制建议"),
        "requirements": ("加强组织领导。各单位主要负责人为第一责任人，应当明确分管负责人和联络员，按时完成自评。",
                         "如实提供情况。对拒报、虚报、瞒报、伪造资料的，按照有关规定处理。",
                         "严守工作纪律。评估人员与被评估单位有利害关系的应当回避；不得向被评估单位提出与评估无关的要求。"),
        "contact": parts.CONTACT, "deemed_days": 5, "receipt": parts.receipt(title, "云编办发〔2026〕5号"),
    }
    return NoticeView(**(values | more))


def report(**more) -> ReportView:
    values = {
        "title": "云川市市场监督管理局\n机构编制综合评估报告", "office_name": parts.OFFICE,
        "report_number": "云编评报〔2026〕7号", "draft": False, "unit": parts.UNIT, "campaign": parts.CAMPAIGN,
        "made_on": date(2026, 5, 26), "classification": "内部", "team": parts.TEAMS[0],
        "organisation": (
            "根据《关于开展2026年度市直部门机构编制综合评估的通知》（云编办发〔2026〕5号），第一评估组于2026年3月至5月对"
            "云川市市场监督管理局（以下简称“市市场监管局”）进行了综合评估。评估期间为2025年1月1日至2025年12月31日。",
            "市市场监管局于4月7日报送自评材料，逾期1个工作日。社会调查共回收有效答卷1,183份，其中服务对象412份、社会公众655份、"
            "代表委员34份、对口部门24份、干部职工58份。",
        ),
        "onsite": (
            "4月14日至15日，评估组4人到市市场监管局和2个基层所实地评估，召开座谈会2场，访谈17人，查阅资料236件，"
            "形成核查底稿41份，现场确认问题4个。被访谈人均在记录上签字，无拒签情况。",
        ),
        "result": parts.result(),
        "assessment": (
            "总体看，市市场监管局能够执行机构编制法规政策，三定规定落实较好，内部机制较为健全，履职成效得到服务对象认可。"
            "执行（X）得分率高于效益（Y）得分率2.87个百分点，主要差距在编制使用率和所属单位运转。",
        ),
        "achievements": (
            Section(heading="职责落实到岗到人", paragraphs=(
                "128条三定职责中123条已分解到内设机构和岗位，形成职责任务260项、流程图232张，承接划入职责20条。",)),
            Section(heading="监管执法运行规范", paragraphs=(
                "年度双随机抽查计划96项，完成92项，按期公示85项；“两库一单”按季度更新，抽查结果可追溯。",)),
            Section(heading="政务服务按期办结", paragraphs=(
                "全年办结政务服务事项18,462件，按期办结率99.62%；服务对象满意度82.31分，高于上一轮评估3.40分。",)),
        ),
        "findings": parts.FINDINGS,
        "causes": (
            "一是机构编制意识有待加强，对名称、印章等事项的刚性要求认识不足；二是内部统筹不够，空编与缺岗并存，"
            "习惯以借用代替调配；三是部门间会商机制没有制度化，职责边界清单更新滞后。",
        ),
        "advice_office": (
            "会同市司法局、市农业农村局研究食用农产品进入小作坊环节的监管分工，修订职责边界清单。",
            "对综合行政执法大队9名空编统筹研究，工作饱和度1.23表明一线任务较重，建议优先用于基层所。",
        ),
        "advice_unit": (
            "立即恢复使用批准的内设机构名称。", "将混岗人员调回原单位，按程序申请用编。", "健全实名制信息更新备岗制度。",
        ),
        "drafter": "李珺", "checker": "孙祎旻", "approver": "赵翀",
        "stamp": parts.stamp(result_version=1, result_hash=parts.RESULT_HASH,
                             relaxed_rules=("草拟人与核稿人可以为同一评估组成员（设定于2026年2月20日，云编办决〔2026〕2号）。",)),
    }
    return ReportView(**(values | more))


def feedback_letter(**more) -> FeedbackLetterView:
    title = "关于反馈2026年度机构编制综合评估结果的意见书"
    values = {
        "head": parts.head(), "title": title, "addressee": parts.UNIT, "signed_by": parts.OFFICE,
        "signed_on": date(2026, 5, 28), "imprint": parts.imprint(date(2026, 5, 28), ("市委组织部",)),
        "stamp": parts.stamp(result_version=1, result_hash=parts.RESULT_HASH), "campaign": parts.CAMPAIGN,
        "unit": parts.UNIT, "result": parts.result(),
        "achievements": ("你单位能够执行机构编制法规政策，职责落实到岗到人，监管执法运行规范，政务服务按期办结率达到99.62%。",),
        "findings": parts.FINDINGS,
        "advice": ("对第1、2、4项问题，由你单位整改，整改通知书另行印发。",
                   "对第3项问题，由本办会同有关部门研究，你单位应当配合提出分工意见。"),
        "objection_days": 10, "objection_how": "异议申请可以通过评估平台提交，也可以书面送本办监督检查科。",
        "contact": parts.CONTACT, "deemed_days": 5, "receipt": parts.receipt(title),
    }
    return FeedbackLetterView(**(values | more))


def review_decision(**more) -> ReviewDecisionView:
    title = "关于云川市市场监督管理局\n评估结果异议的复核决定书"
    values = {
        "head": parts.head("云编办复〔2026〕2号"), "title": title, "addressee": parts.UNIT, "signed_by": parts.OFFICE,
        "signed_on": date(2026, 7, 8), "imprint": parts.imprint(date(2026, 7, 8)),
        "stamp": parts.stamp(result_version=2, result_hash=parts.HEAD_HASH), "campaign": parts.CAMPAIGN,
        "applicant": parts.UNIT, "applicant_head": "沈翀", "letter_number": parts.LETTER_NUMBER,
        "applied_on": date(2026, 6, 9), "accepted_on": date(2026, 6, 11), "panel": ("杨镕", "朱玥", "秦昇"),
        "method": "复核采取查阅资料、听取双方意见、实地核对的方式进行。",
        "items": (
            ReviewItem(code="A101", title="三定职责分解到位率", claim="应得4.00分。",
                       reasons="未计入的5条职责已于2025年11月分解到综合规划科。",
                       established="复核组查阅2025年11月18日局党组会议纪要和岗位说明书，5条职责中4条已分解到岗位，1条只到科室。",
                       decision="changed", before="3.22分", after="3.84分"),
            ReviewItem(code="2026-SCJ-03", title="食品小作坊监管职责存在交叉", claim="“未报编办协调”不属实。",
                       reasons="2026年1月曾以电话方式反映。", established="电话反映无书面记录，不符合报请协调的要求；推诿2起事实清楚。",
                       decision="upheld", before="成立", after="成立"),
            ReviewItem(code="2026-SCJ-01", title="内设机构名称与批准文件不符", claim="应当撤销该问题。",
                       reasons="名称变更已报批。", established="2025年12月29日云编〔2025〕61号已批准更名，评估时批复未送达评估组。",
                       decision="annulled", before="扣1.00分", after="不扣分"),
        ),
        "total_before": Decimal("80.84"), "total_after": Decimal("82.46"), "grade_before": "良好", "grade_after": "良好",
        "version_before": 1, "version_after": 2, "rescore_note": "", "receipt": parts.receipt(title, "云编办复〔2026〕2号"),
    }
    return ReviewDecisionView(**(values | more))


def rectification_notice(**more) -> RectificationNoticeView:
    title = "关于做好机构编制评估发现问题整改的通知"
    findings = tuple(item for item in parts.FINDINGS if item.destination == "部门整改")
    values = {
        "head": parts.head("云编办改〔2026〕4号"), "title": title, "addressee": parts.UNIT, "signed_by": parts.OFFICE,
        "signed_on": date(2026, 12, 1), "imprint": parts.imprint(date(2026, 12, 1), ("市纪委监委机关", "市委组织部")),
        "stamp": parts.stamp(result_version=2, result_hash=parts.HEAD_HASH), "campaign": parts.CAMPAIGN,
        "unit": parts.UNIT, "letter_number": parts.LETTER_NUMBER, "findings": findings, "plan_by": date(2026, 12, 15),
        "plan_days": 10, "measures": ("能够立即整改的，立行立改；", "需要一定时间的，列明阶段目标；", "涉及其他单位的，主动会商。"),
        "deliverables": ("整改报告；", "佐证材料；", "销号申请单。"),
        "consequences": (
            "因客观原因不能按期完成的，应当在期限届满前书面申请延期，延期以一次为限，不超过30日。",
            "逾期未完成较重以上问题整改的，在完成整改前，本办暂缓受理你单位新的用编、增设机构和领导职数申请。",
        ),
        "contact": parts.CONTACT, "receipt": parts.receipt(title, "云编办改〔2026〕4号"),
    }
    return RectificationNoticeView(**(values | more))


def receipt(**more) -> ReceiptView:
    return ReceiptView(receipt=parts.receipt("关于反馈2026年度机构编制综合评估结果的意见书"), stamp=parts.stamp(), **more)


def poster(**more) -> PosterView:
    values = {
        "title": "请您评一评\n市市场监督管理局", "lead": "您的意见用来改进部门的职能和服务。", "organiser": parts.OFFICE,
        "unit": parts.UNIT, "url": "https://pg.yunchuan.example/s/8KQ2-SCJ", "short_url": "pg.yunchuan.example/s/8KQ2-SCJ",
        "opens_on": date(2026, 3, 16), "closes_on": date(2026, 4, 15), "minutes": 3, "phone": "0632-12310",
        "promises": ("匿名填写，不用登录，不收集姓名、电话和位置。", "被评价单位看不到您的答卷，只看到汇总结果。",
                     "自愿参加，中途可以停止。"),
        "stamp": parts.stamp(),
    }
    return PosterView(**(values | more))
