"""A made-up city's evaluation of believable quality, shared by all sample documents."""

import importlib.util
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from evalplat.documents.parts import (
    AdjustmentLine,
    AuditStamp,
    BlockScore,
    Contact,
    FindingLine,
    Imprint,
    IndicatorLine,
    LeafLine,
    OfficialHead,
    ReceiptPart,
    Result,
    Team,
)


def _leaves() -> list[tuple]:
    spec = importlib.util.spec_from_file_location("sample_leaves", Path(__file__).with_name("sample_leaves.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LEAVES


LEAVES = _leaves()
OFFICE = "中共云川市委机构编制委员会办公室"
UNIT = "云川市市场监督管理局"
CAMPAIGN = "2026年度市直部门机构编制综合评估"
LETTER_NUMBER = "云编办发〔2026〕31号"
HEAD_HASH = "3f9a8c21d07be4562aa01c9be7d84410e2b7516fc0d9ab3377185ed20c64f1b9"
RESULT_HASH = "b71e0c5594aa3d10f2c68be09d417a1365b8e0fd2297c4ab51603d8ee90471cc"
CONTACT = Contact(person="韦堃、闫玥", phone="0632-5512310", address="云川市政通路1号3号楼412室", email="jdk@yunchuan.example")

TEAMS = (
    Team(name="第一评估组", lead="赵翀", members=("李珺", "孙祎旻", "周镕"),
         units=("市市场监督管理局", "市农业农村局", "市水利局")),
    Team(name="第二评估组", lead="钱喆", members=("吴昇", "郑赟", "王㛃"),
         units=("市教育局", "市卫生健康局", "市文化和旅游局")),
    Team(name="第三评估组", lead="冯頔", members=("陈瑀", "褚骉", "卫婧"), units=("市司法局", "市信访局")),
)
UNITS = tuple(unit for team in TEAMS for unit in team.units)


def head(number: str | None = LETTER_NUMBER, **more) -> OfficialHead:
    return OfficialHead(office_name=OFFICE, doc_number=number, draft=more.pop("draft", False), **more)


def stamp(**more) -> AuditStamp:
    values = {"made_at": datetime(2026, 11, 24, 9, 30, tzinfo=UTC), "audit_head": HEAD_HASH}
    return AuditStamp(**(values | more))


def imprint(day: date = date(2026, 11, 24), copies: tuple[str, ...] = ()) -> Imprint:
    return Imprint(printed_by=OFFICE, printed_on=day, copies_to=copies)


def receipt(title: str, number: str | None = LETTER_NUMBER) -> ReceiptPart:
    return ReceiptPart(
        document_title=title, doc_number=number, unit=UNIT, return_by="收到之日起3个工作日内",
        office_name="市委编办监督检查科", contact=CONTACT,
    )


def indicators() -> tuple[IndicatorLine, ...]:
    return tuple(
        IndicatorLine(code=code, level1=f"{code[0]}　{level1}", level2=level2, title=title, points=Decimal(most),
                      dimension=dimension, rule=rule)
        for code, level1, level2, title, most, dimension, _points, _arithmetic, rule in LEAVES
    )


def blocks() -> tuple[BlockScore, ...]:
    made = []
    for code, name in dict.fromkeys((leaf[0][0], leaf[1]) for leaf in LEAVES):
        lines = tuple(_leaf(leaf) for leaf in LEAVES if leaf[0].startswith(code))
        most = sum((line.max_points for line in lines), Decimal(0))
        got = sum((line.points for line in lines if line.points is not None), Decimal(0))
        rate = (got / most * 100).quantize(Decimal("0.01"))
        made.append(BlockScore(code=code, title=name, max_points=most, points=got, rate=rate, leaves=lines))
    return tuple(made)


def _leaf(leaf: tuple) -> LeafLine:
    code, _level1, _level2, title, most, _dimension, points, arithmetic, _rule = leaf
    return LeafLine(
        code=code, title=title, max_points=Decimal(most), points=None if points is None else Decimal(points),
        state="not_applicable" if points is None else "scored", arithmetic=arithmetic,
        mark="样本不足" if points is None else "",
    )


def result(**more) -> Result:
    got = blocks()
    late = AdjustmentLine(code="G01", title="逾期报送", points=Decimal("-0.50"), reason="逾期1个工作日",
                          document="云编办决〔2026〕9号")
    total = sum((block.points for block in got), Decimal(0)) + late.points
    values = {
        "total": total, "grade": "良好", "score_x": Decimal("82.91"), "score_y": Decimal("80.04"), "blocks": got,
        "adjustments": (late,), "marks": ("党代表、人大代表、政协委员组有效答卷34份，误差范围为±5.2分",),
    }
    return Result(**(values | more))


FINDINGS = (
    FindingLine(
        code="2026-SCJ-01", title="内设机构名称与批准文件不符", category="机构", severity="一般", destination="部门整改",
        fact="“信用监管科”对外使用“信用监督管理科”名称，门牌、公章与批复不一致。",
        basis="《中国共产党机构编制工作条例》第二十六条；云编〔2019〕14号", cause="机构改革后公章未及时更换。",
        requirement="恢复使用批准名称，收缴旧印章并报公安机关备案。", indicator="B101", due_on=date(2027, 1, 4),
        response="认可",
    ),
    FindingLine(
        code="2026-SCJ-02", title="混编混岗", category="编制人员", severity="较重", destination="部门整改",
        fact="综合行政执法大队1名事业编制人员长期在机关财务科从事会计工作，已满14个月。",
        basis="《中国共产党机构编制工作条例》第十五条", cause="机关财务岗位空缺未及时补充，以借用代替调配。",
        requirement="将该人员调回原单位，财务岗位按程序申请用编。", indicator="C102", due_on=date(2027, 2, 1),
        response="认可，说明系年度审计期间临时安排",
    ),
    FindingLine(
        code="2026-SCJ-03", title="食品小作坊监管职责存在交叉", category="职责", severity="较重", destination="编办研究",
        fact="与市农业农村局在食用农产品进入小作坊环节的监管分工不清，2026年以来发生推诿2起，未报编办协调。",
        basis="两部门三定规定；云政办字〔2021〕33号", cause="职责边界清单未随地方条例修订更新。",
        requirement="会同市农业农村局提出分工意见，由编办研究确定。", indicator="A301", due_on=date(2027, 2, 1),
        response="对“未报编办协调”的表述有不同意见",
    ),
    FindingLine(
        code="2026-SCJ-04", title="实名制信息更新不及时", category="数据", severity="一般", destination="部门整改",
        fact="31项人员变动中3项超过10个工作日更新，最长超期23日。",
        basis="机构编制实名制管理办法", cause="经办人更换后交接不到位。",
        requirement="补齐变动信息，明确专人和备岗。", indicator="C402", due_on=date(2026, 12, 31), response="认可",
    ),
)
