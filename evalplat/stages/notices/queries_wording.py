"""Words that a notice usually has, for whoever writes one for the first time: nothing is saved before a person has read them."""

# All zh: printed in the notice
from __future__ import annotations

import re

from evalplat.campaigns.tables import Campaign
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

REQUIREMENTS = (
    "高度重视，明确专人负责。各部门主要负责人是评估工作第一责任人，确定一名联络员。",
    "数据真实准确。统计表由主要负责人审核签字，编制核定数以编办台账为准，有异议的可以在系统中提出。",
    "按时报送材料。自评报告、统计表、自评分和佐证材料通过评估平台报送。",
    "严守工作纪律。不得干预社会调查，不得要求服务对象和干部职工如何评价。",
)
OUTLINE = (
    "一、基本情况（职责、机构、编制、人员）",
    "二、职能配置与履行",
    "三、内设机构运行",
    "四、编制及领导职数执行",
    "五、内部机制",
    "六、所属单位",
    "七、取得成效",
    "八、存在问题及原因",
    "九、整改打算与机构编制建议",
)
_TELEPHONE = re.compile(r"[0-9][0-9 -]{5,}")


def suggested(work: Work, campaign: Campaign) -> dict[str, str]:
    """The form filled in with usual words, and with whom to ask as the office's page says."""
    contact = work.session.get_one(Office, campaign.office_id).contact
    found = _TELEPHONE.search(contact)
    purpose = f"为全面掌握部门职能运行和机构编制执行情况，提高机构编制资源使用效益，决定开展{campaign.title}（以下简称“评估”）。"
    return {"purpose": purpose, "requirements": "\n".join(REQUIREMENTS), "outline": "\n".join(OUTLINE),
            "contact_person": contact[:found.start()].strip(" ，,：:") if found else "",
            "contact_phone": found[0].strip() if found else ""}
