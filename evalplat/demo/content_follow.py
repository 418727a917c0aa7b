"""Plans, progress, reports, opinions and outcomes of the follow-up."""

# ruff: noqa: E501 - prose, an item a line
from __future__ import annotations

ADVICE_KINDS = {"P13": "duties", "P23": "internal_units", "P32": "recall", "P54": "revolve", "P61": "merge", "P63": "merge", "P64": "merge"}
REFERRAL = "未经批准设立机构并刻制印章、对外行文，涉嫌违反机构编制纪律，相关责任人情况建议移送派驻纪检监察组核查。"
MEASURE = "针对“{title}”，成立整改专班，由分管领导负责：{requirement}同时举一反三，开展全面自查。"
STEPS = "第一步：10个工作日内核清底数，形成清单。\n第二步：按清单逐项整改，每两周调度一次。\n第三步：完善制度，形成整改报告报送编办。"
PROGRESS = ("已召开整改部署会，底数核清，明确了责任科室和时限。", "主要整改任务完成，相关文件已印发，正在收集佐证材料。", "按核查意见补充了证明材料，完善了长效制度。")
REPORT = "“{title}”已整改完成：问题清单逐项销号，相关制度已修订印发，责任科室建立台账，今后每季度自查一次。"
OPINIONS = {"on_site": "到现场查看，整改措施落实，与报送材料一致，同意销号。", "written": "查阅整改报告、文件和照片，材料齐全，整改到位，同意销号。"}
REJECTED = "只印发了文件，没有看到执行记录，请补充近一个月的执行情况。"
ADOPTED = "经市委编委会议研究同意，按程序办理机构编制调整。"
REFERRED = "派驻纪检监察组已受理，对有关责任人进行了提醒谈话。"
LOOKED = {"held": "半年后复查，整改成果保持，制度运行正常，未发现反弹。", "relapsed": "复查发现又新增2名无批件借调人员，问题反弹，重新立项整改。"}
LOOK_BACK_REPORT = "对{unit}整改事项抽取{count}项开展回头看，采取现场查看、调阅台账、个别访谈的方式进行，多数整改成果得到巩固，个别反弹事项已重新下达整改。"
