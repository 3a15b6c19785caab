"""Invented voters: marks that look like a township's, so that the demonstration's numbers behave like real ones.

A mark is the sum of what the target deserves, how this group sees it, how lenient the rater is, what the rater thinks
of this target as a whole (the halo that makes one rater's marks go together), and chance; the sum is cut into the
levels of the scale. Beside that people leave things out: strangers get 不了解, single cells and the end of long
ballots stay blank, and a few tick the best level from top to bottom.
"""

import random
from functools import cache

from survey.manifest.manifest import Manifest, Sheet
from survey.manifest.marks import BLANK, UNKNOWN

TOWNSHIP = "云陂518"  # another name, another township: it settles what each target deserves
DESERVED, SEEN_BY_GROUP, OF_THE_ITEM = 0.35, 0.2, 0.2  # spreads around the township's mean
LENIENCY, HALO, CHANCE = 0.5, 0.5, 0.45
FIRST_CUT, NEXT_CUTS = 0.1, 1.05  # above the first cut: the best level; then one level less every next cut
STRANGERS = {"居民": 0.10, "代表": 0.05, "政府": 0.04, "党委": 0.01}  # how often a group doesn't know a target
STRANGERS_ELSEWHERE = 0.05
STRANGER_AT_HOME = 0.25  # of that, where people rate their own unit
WHOLLY_UNKNOWN = 0.3  # of the strangers, those who pass over the whole target
BLANK_CELLS, UNFINISHED_BALLOTS, UNIFORM_BALLOTS = 0.015, 0.03, 0.02
WRITES = 0.04  # how often a comment is left
REMARKS = (
    "办事大厅中午有人值班就好了。",
    "村口的路灯坏了两个月才修好，后来修得不错。",
    "希望干部多到组里走走。",
    "低保政策讲得清楚，老人也听得懂。",
    "热线打得通，回话有时慢。",
    "建房审批比去年快多了。",
    "河道保洁要常抓。",
    "没有别的意见，谢谢大家。",
)


def marks(rng: random.Random, manifest: Manifest, sheet: Sheet) -> bytes:
    """Return one voter's marks for a ballot of `sheet`.

    Parameters
    ----------
    rng
        The voters' chance; the same seed gives the same township.

    Returns
    -------
    One byte per cell of ``manifest.cells(sheet)``: a level's index, 254 不了解此人 or 255 blank.
    """
    uniform = rng.random() < UNIFORM_BALLOTS
    leniency = rng.gauss(0, LENIENCY)
    ballot = bytearray()
    for target in sheet.targets:
        ballot += _about(rng, manifest, sheet, target, 99.0 if uniform else leniency)
    if rng.random() < UNFINISHED_BALLOTS:
        left = rng.randrange(1, len(ballot) // 3 + 2)
        ballot[-left:] = bytes([BLANK]) * left
    return bytes(ballot)


def _about(rng: random.Random, manifest: Manifest, sheet: Sheet, target: str, leniency: float) -> bytes:
    """Return the marks about one target."""
    asked = manifest.questionnaire(sheet, target)
    judged = [index for index, level in enumerate(asked.scale) if level not in asked.not_a_judgement]
    others = [index for index, level in enumerate(asked.scale) if level in asked.not_a_judgement]
    strange = STRANGERS.get(sheet.group, STRANGERS_ELSEWHERE) * (STRANGER_AT_HOME if sheet.own_unit else 1)
    if rng.random() < strange * WHOLLY_UNKNOWN:
        return bytes([UNKNOWN]) * len(asked.items)
    inclination = (
        leniency + rng.gauss(0, HALO) + _merit(target, "", DESERVED) + _merit(target, sheet.group, SEEN_BY_GROUP)
    )
    found = bytearray()
    for item in asked.items:
        if rng.random() < BLANK_CELLS:
            found.append(BLANK)
        elif others and rng.random() < strange * (1 - WHOLLY_UNKNOWN):
            found.append(rng.choice(others))
        else:
            liking = inclination + _merit(target, item.id, OF_THE_ITEM) + rng.gauss(0, CHANCE)
            found.append(judged[_level(liking, len(judged))])
    return bytes(found)


def _level(liking: float, levels: int) -> int:
    """Return the level's place, 0 the best."""
    if liking >= FIRST_CUT:
        return 0
    return min(levels - 1, 1 + int((FIRST_CUT - liking) / NEXT_CUTS))


@cache
def _merit(target: str, of: str, spread: float) -> float:
    """Return what a target deserves (in something, or in a group's eyes): always the same, whoever votes."""
    return random.Random(f"{TOWNSHIP}/{target}/{of}").gauss(0, spread)  # noqa: S311 - invented marks need no secrecy


def comment(rng: random.Random) -> str:
    """Return what a rater writes: mostly nothing."""
    return rng.choice(REMARKS) if rng.random() < WRITES else ""
