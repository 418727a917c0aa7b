"""Who plays: the office of an invented county-level city, its people, and up to 80 departments."""

from __future__ import annotations

from dataclasses import dataclass

from evalplat.people.roles import Role

OFFICE = {
    "code": "qinghe", "name": "中共青河市委机构编制委员会办公室", "short_name": "市委编办",
    "document_mark": "中共青河市委机构编制委员会办公室文件", "document_series": "青编办发",
}
PASSWORD = "Demo-2026-pass"  # noqa: S105 - shown on the sign-in page of the demonstration


@dataclass(frozen=True, slots=True)
class Body:
    """A department: how it is called, what it is, and what applies to it."""

    code: str
    name: str
    short: str
    category: str
    affiliates: bool = True
    enforcement: bool = False
    services: bool = True

    @property
    def facts(self) -> dict[str, bool]:
        """What ``applies_if`` asks for."""
        return {"has_affiliates": self.affiliates, "has_enforcement": self.enforcement, "has_services": self.services}


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody of the office."""

    login: str
    name: str
    role: Role
    post: str


STAFF: tuple[Player, ...] = (
    Player("zhou", "周建平", Role.DIRECTOR, "编办主任"),
    Player("sun", "孙立新", Role.COMMISSION, "编委会成员"),
    Player("li", "李敏", Role.SUPERVISION_SECTION, "监督检查科科长"),
    Player("ma", "马骁", Role.SUPERVISION_SECTION, "监督检查科副科长"),
    Player("zhao", "赵清华", Role.ESTABLISHMENT_SECTION, "机关编制科科长"),
    Player("wang", "王志远", Role.TEAM_LEAD, "评估一组组长"),
    Player("chen", "陈洁", Role.ASSESSOR, "评估一组组员"),
    Player("liu", "刘海洋", Role.TEAM_LEAD, "评估二组组长"),
    Player("he", "何静", Role.ASSESSOR, "评估二组组员"),
    Player("xu", "徐凯", Role.TEAM_LEAD, "评估三组组长"),
    Player("yang", "杨雪", Role.ASSESSOR, "评估三组组员"),
    Player("wu", "吴国栋", Role.REVIEW_PANEL, "复核组组长"),
    Player("zheng", "郑岩", Role.REVIEW_PANEL, "复核组成员"),
    Player("feng", "冯晓燕", Role.REVIEW_PANEL, "复核组成员"),
    Player("qian", "钱江", Role.CO_REVIEWER, "市财政局行政科"),
    Player("third", "韩磊", Role.THIRD_PARTY, "调查公司项目负责人"),
    Player("sysadmin", "系统管理员", Role.SYSADMIN, "信息中心"),
    Player("secadmin", "安全管理员", Role.SECADMIN, "办公室"),
    Player("auditadmin", "审计管理员", Role.AUDITADMIN, "办公室"),
)
TEAMS: tuple[tuple[str, str, str, str], ...] = (
    ("t1", "评估一组", "wang", "chen"), ("t2", "评估二组", "liu", "he"), ("t3", "评估三组", "xu", "yang"),
)
PANEL = ("wu", "zheng", "feng")
RECUSED = {"sifa": ("yang", "chen")}
"""Department → whose place in its team somebody else takes after its request, and who; where that assessor is in its team."""

ENGLISH = "shenji"
"""The department that speaks English in ``demo --lang en``: it objects, and its objection ends in a second version."""

E, S, F, P, L, I = "gov_econ", "gov_social", "gov_enforce", "party", "legal", "inst"  # noqa: E741 - categories in short

BODIES: tuple[Body, ...] = (
    Body("shuiwu", "青河市城乡水务局", "城乡水务局", E, enforcement=True),
    Body("shenji", "青河市审计局", "审计局", E, affiliates=False, services=False),
    Body("yingji", "青河市应急管理局", "应急管理局", F, enforcement=True),
    Body("wenlv", "青河市文化和旅游局", "文化和旅游局", S, enforcement=True),
    Body("minzheng", "青河市民政局", "民政局", S),
    Body("xuanchuan", "中共青河市委宣传部", "市委宣传部", P, services=False),
    Body("caizheng", "青河市财政局", "财政局", E, enforcement=False),
    Body("sifa", "青河市司法局", "司法局", L),
    Body("jiaotong", "青河市交通运输局", "交通运输局", E, enforcement=True),
    Body("shichang", "青河市市场监督管理局", "市场监督管理局", F, enforcement=True),
    Body("jiaoyu", "青河市教育和体育局", "教育和体育局", S),
    Body("gongxiao", "青河市供销合作社联合社", "供销社", I, services=False),
    Body("zonghe", "青河市综合行政执法局", "综合行政执法局", F, enforcement=True),
    Body("weijian", "青河市卫生健康局", "卫生健康局", S, enforcement=True),
    Body("renshe", "青河市人力资源和社会保障局", "人社局", S, enforcement=True),
    Body("nongye", "青河市农业农村局", "农业农村局", E, enforcement=True),
    Body("fagai", "青河市发展和改革局", "发展和改革局", E),
    Body("gongxin", "青河市工业和信息化局", "工业和信息化局", E),
    Body("keji", "青河市科学技术局", "科学技术局", E),
    Body("zigui", "青河市自然资源和规划局", "自然资源和规划局", E, enforcement=True),
    Body("zhujian", "青河市住房和城乡建设局", "住房和城乡建设局", E, enforcement=True),
    Body("shangwu", "青河市商务和投资促进局", "商务和投资促进局", E),
    Body("tongji", "青河市统计局", "统计局", E, enforcement=True, services=False),
    Body("yibao", "青河市医疗保障局", "医疗保障局", S),
    Body("tuiyi", "青河市退役军人事务局", "退役军人事务局", S),
    Body("shenpi", "青河市行政审批服务局", "行政审批服务局", S),
    Body("xinfang", "青河市信访局", "信访局", S, affiliates=False, services=False),
    Body("gongan", "青河市公安局", "公安局", L, enforcement=True),
    Body("zhengfa", "中共青河市委政法委员会", "市委政法委", L, services=False),
    Body("zuzhi", "中共青河市委组织部", "市委组织部", P, services=False),
    Body("tongzhan", "中共青河市委统一战线工作部", "市委统战部", P, services=False),
    Body("zonggonghui", "青河市总工会", "总工会", P),
    Body("tuanwei", "共青团青河市委员会", "团市委", P, affiliates=False, services=False),
    Body("fulian", "青河市妇女联合会", "妇联", P, affiliates=False, services=False),
    Body("kexie", "青河市科学技术协会", "科协", P, services=False),
    Body("gongshang", "青河市工商业联合会", "工商联", P, affiliates=False, services=False),
    Body("wenlian", "青河市文学艺术界联合会", "文联", P, affiliates=False, services=False),
    Body("canlian", "青河市残疾人联合会", "残联", S),
    Body("guozi", "青河市国有资产事务服务中心", "国资中心", I, services=False),
    Body("dashuju", "青河市大数据中心", "大数据中心", I, affiliates=False),
    Body("rongmei", "青河市融媒体中心", "融媒体中心", I, affiliates=False, services=False),
    Body("jiguan", "青河市机关事务服务中心", "机关事务服务中心", I, services=False),
    Body("dangxiao", "中共青河市委党校", "市委党校", I, affiliates=False, services=False),
    Body("dangan", "青河市档案馆", "档案馆", I, affiliates=False),
    Body("gonglu", "青河市公路事业发展中心", "公路中心", I),
    Body("touzi", "青河市投资促进服务中心", "投资促进中心", I, affiliates=False),
    Body("jikong", "青河市疾病预防控制中心", "疾控中心", I, affiliates=False),
    Body("linye", "青河市林业发展服务中心", "林业中心", I),
    Body("xumu", "青河市畜牧兽医事业发展中心", "畜牧兽医中心", I),
    Body("nongji", "青河市农业机械服务中心", "农机中心", I, affiliates=False),
    Body("huanbao", "枣城市生态环境局青河分局", "生态环境分局", F, enforcement=True),
    Body("chengguan", "青河市城市管理局", "城市管理局", F, enforcement=True),
    Body("xiaofang", "青河市消防安全服务中心", "消防安全服务中心", F, affiliates=False),
    Body("dizhen", "青河市地震监测中心", "地震监测中心", I, affiliates=False, services=False),
    Body("shizhi", "青河市地方史志研究院", "史志研究院", I, affiliates=False, services=False),
    Body("difang", "青河市地方金融服务中心", "金融服务中心", I, affiliates=False),
    Body("nengyuan", "青河市能源事业发展中心", "能源中心", I, affiliates=False),
    Body("wuliu", "青河市现代物流服务中心", "物流服务中心", I, affiliates=False),
    Body("yuanlin", "青河市园林绿化服务中心", "园林绿化中心", I, affiliates=False),
    Body("huanwei", "青河市环境卫生服务中心", "环卫中心", I, affiliates=False),
    Body("fangchan", "青河市房产服务中心", "房产服务中心", I, affiliates=False),
    Body("zhufang", "枣城市住房公积金管理中心青河管理部", "公积金管理部", I, affiliates=False),
    Body("shebao", "青河市社会保险事业中心", "社保中心", I, affiliates=False),
    Body("jiuye", "青河市公共就业和人才服务中心", "就业人才中心", I, affiliates=False),
    Body("jianyan", "青河市综合检验检测中心", "检验检测中心", I, affiliates=False),
    Body("jiance", "青河市农产品质量安全监测中心", "农产品监测中心", I, affiliates=False),
    Body("shuili", "青河市水利工程运行维护中心", "水利工程中心", I, affiliates=False),
    Body("hedao", "青河市河湖管理保护中心", "河湖中心", I, affiliates=False),
    Body("lvyou", "青河市旅游发展服务中心", "旅游发展中心", I, affiliates=False),
    Body("bowuguan", "青河市博物馆", "博物馆", I, affiliates=False),
    Body("tushuguan", "青河市图书馆", "图书馆", I, affiliates=False),
    Body("wenhuaguan", "青河市文化馆", "文化馆", I, affiliates=False),
    Body("tiyu", "青河市体育事业发展中心", "体育中心", I, affiliates=False),
    Body("kaifaqu", "青河经济开发区管理委员会", "经济开发区", E),
    Body("gaoxin", "青河高新技术产业园管理服务中心", "高新园区", E),
    Body("hongshizi", "青河市红十字会", "红十字会", P, affiliates=False),
    Body("qiaolian", "青河市归国华侨联合会", "侨联", P, affiliates=False, services=False),
    Body("jigong", "中共青河市委市直机关工作委员会", "机关工委", P, affiliates=False, services=False),
    Body("xunchaban", "青河市老干部服务中心", "老干部服务中心", P, affiliates=False, services=False),
    Body("wangxin", "青河市网络安全应急指挥中心", "网络安全中心", P, affiliates=False, services=False),
)
SURNAMES = "张刘陈杨黄吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = ("明辉", "丽华", "建国", "晓东", "秀英", "志强", "雪梅", "国庆", "海燕", "文博", "春生", "玉兰", "立军", "佳宁", "振华", "红霞")


def people_of(index: int) -> tuple[tuple[str, str, Role, str], ...]:
    """(login suffix, name, role, post) of a department's three people; always the same for the same department."""
    def name(step: int) -> str:
        return SURNAMES[(index * 3 + step) % len(SURNAMES)] + GIVEN[(index * 5 + step * 7) % len(GIVEN)]

    return (("head", name(0), Role.DEPT_HEAD, "主要负责人"), ("liaison", name(1), Role.DEPT_LIAISON, "办公室主任"),
            ("filler", name(2), Role.UNIT_FILLER, "所属单位填报人"))
