"""A township that is voting now: cadres asked six items, units asked four, residents and one unit's own staff."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from survey.config import Settings
from survey.manifest.amended import manifest_of
from survey.manifest.manifest import Manifest
from survey.models import Post, Round, Target, Unit
from survey.prepare import codes, documents, lifecycle, rounds

HOUR = timedelta(hours=1)
MAKER = "evaluator"  # whose round it is: the account that the fixture sign_in makes for this role
CADRES = """
name: 镇干部测评
scale: [优秀, 称职, 基本称职, 不称职, 不了解]
not_a_judgement: [不了解]
comment: true
items:
  - {id: 德, hint: 政治品德、待人处事}
  - {id: 能, hint: 本事、办法、会不会解决问题}
  - {id: 勤, hint: 尽心尽力、在岗在位}
  - {id: 绩, hint: 实际做成的事}
  - {id: 廉, hint: 干净、公道、不占便宜}
  - {id: 总体评价, hint: 不是前五项的平均，请单独评}
"""
UNITS = """
name: 单位满意度测评
scale: [满意, 基本满意, 一般, 不满意, 不了解]
not_a_judgement: [不了解]
items:
  - {id: 态度, hint: 接待群众的态度}
  - {id: 执行, hint: 答应的事办没办}
  - {id: 解决, hint: 问题有没有解决}
  - {id: 反馈, hint: 有没有回话}
"""
CADRE_SCHEME = """
name: 镇干部方案
scale: {优秀: 100, 称职: 80, 基本称职: 60, 不称职: 0, 不了解: null}
groups: [{id: 居民, weight: 2}, {id: 政府, weight: 1}]
criteria: [{id: 德}, {id: 能}, {id: 勤}, {id: 绩}, {id: 廉}]
overall: {item: 总体评价, share: 0.4}
empty_group: renormalise
"""
UNIT_SCHEME = """
name: 镇单位方案
scale: {满意: 100, 基本满意: 80, 一般: 60, 不满意: 0, 不了解: null}
groups: [{id: 居民, weight: 2}, {id: 政府, weight: 1}]
criteria: [{id: 态度}, {id: 执行}, {id: 解决}, {id: 反馈}]
empty_group: renormalise
"""
PLAN = """
name: 2026年度云陂镇中层干部民主测评
office: 云陂镇
comment_bytes: 600
programme:
  - {targets: {kind: person}, scheme: 镇干部方案, ask: {default: 镇干部测评}}
  - {targets: {kind: unit}, scheme: 镇单位方案, ask: {default: 单位满意度测评}}
sheets:
  - {group: 居民, rates: %(rates)s, entitled: 60, label: 居民票}
  - {group: 政府, rates: own unit, entitled: {U01: 20}, label: 政府票}
windows:
  phone: {opens: "%(opens)s", closes: "%(closes)s"}
"""
NAMES = [
    "陆文澜",
    "沈其昌",
    "顾明芳",
    "潘志远",
    "唐书琴",
    "蒋立诚",
    "魏春华",
    "季向阳",
    "方若兰",
    "褚建业",
    "韩素梅",
    "石宝山",
    "毛晓东",
    "钟丽君",
    "许良才",
    "葛海涛",
    "严佩玲",
    "邹国平",
    "龚雪梅",
    "廖启明",
]
PLACES = [
    "党政办公室",
    "党建办公室",
    "人大办公室",
    "纪检监察办公室",
    "组织人事办公室",
    "宣传文化办公室",
    "平安建设办公室",
    "经济发展办公室",
    "财政所",
    "规划建设办公室",
    "社会事务办公室",
    "农业农村办公室",
    "生态环境办公室",
    "社区管理办公室",
    "综合行政执法队",
    "应急管理办公室",
    "社区事务受理中心",
    "城市运行管理中心",
    "文化体育服务中心",
    "退役军人服务站",
]


@dataclass
class Township:
    """A round and the codes on its slips, by sheet; nobody but a test may hold such a thing."""

    round_id: str
    manifest: Manifest
    codes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def residents(self) -> list[str]:
        """Codes of the sheet of the residents."""
        return self.codes[self.manifest.sheets[0].id]

    @property
    def staff(self) -> list[str]:
        """Codes of the sheet of the first unit's own staff."""
        return self.codes[self.manifest.sheets[1].id]


def open_township(  # noqa: PLR0913 - each is one thing that some test varies
    session: Session,
    settings: Settings,
    *,
    cadres: int = 3,
    units: int = 2,
    opens: datetime | None = None,
    closes: datetime | None = None,
    trial: bool = False,
    comment: bool = True,
    scale: Sequence[str] = (),
) -> Township:
    """Make, freeze, mint and open a round through the product's own steps, and commit it.

    The window is open now unless `opens` and `closes` say otherwise. `scale` replaces the cadres' levels
    by numbers that are their own points.
    """
    opens = opens or datetime.now(UTC) - HOUR
    closes = closes or datetime.now(UTC) + 24 * HOUR
    before = opens - HOUR
    _fill_roster(session, cadres, units)
    for text in _documents(comment, scale):
        documents.add(session, text, "document.yaml", "tester", before)
    rates = "all" if units else "{kind: person}"
    plan = PLAN % {"rates": rates, "opens": opens.isoformat(), "closes": closes.isoformat()}
    if not units:
        plan = "\n".join(line for line in plan.splitlines() if "kind: unit" not in line)
    round_ = rounds.create(session, plan, "plan.yaml", MAKER, before)
    if trial:
        round_ = rounds.make_trial(session, round_, "tester", before)
    lifecycle.freeze(session, round_, settings, "tester", before)
    township = Township(round_.id, manifest_of(round_))
    for sheet in township.manifest.sheets:
        size = sheet.entitled
        minted = codes.mint(session, round_, sheet.id, size, "issue", reachable=True, by="tester", now=before)
        township.codes[sheet.id] = list(minted.codes)
    lifecycle.open_(session, round_, "tester", before)
    session.commit()
    return township


def close_township(session: Session, township: Township) -> Round:
    """Close the round with two people's consent, and commit it."""
    round_ = rounds.get(session, township.round_id)
    lifecycle.close(session, round_, "tester", datetime.now(UTC), second="supervisor")
    session.commit()
    return round_


def _documents(comment: bool, scale: Sequence[str]) -> list[str]:  # noqa: FBT001 - only handed on
    cadres, scheme = CADRES.replace("comment: true", f"comment: {str(comment).lower()}"), CADRE_SCHEME
    if scale:
        cadres = re.sub("scale: .*\nnot_a_judgement: .*", f"scale: [{', '.join(scale)}]", cadres)
        scheme = re.sub("scale: .*", f"scale: {{{', '.join(f'{n}: {n}' for n in scale)}}}", scheme)
    return [cadres, UNITS, scheme, UNIT_SCHEME]


def _fill_roster(session: Session, cadres: int, units: int) -> None:
    places = PLACES[: max(cadres, units)]
    session.add_all(Unit(code=f"U{n:02}", name=place, class_="机关") for n, place in enumerate(places, 1))
    session.flush()
    for number in range(1, cadres + 1):
        post = Post(position=1, unit_code=f"U{number:02}", title="主任", layer="正职", main=True)
        duties = f"负责{places[number - 1]}的日常工作"
        session.add(Target(code=f"C{number:02}", kind="person", name=NAMES[number - 1], duties=duties, posts=[post]))
    for number in range(1, units + 1):
        post = Post(position=1, unit_code=f"U{number:02}", main=True)
        session.add(Target(code=f"D{number:02}", kind="unit", name=places[number - 1], posts=[post]))
    session.flush()
