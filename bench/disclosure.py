"""How many marks become certain when results are released: random small rounds, all their tables, up to two who tell.

Usage: ``python bench/disclosure.py [--tables 100000] [--seed 1]``
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.scoring.attack import Shape, certain, released, tables
from tests.scoring.counted import make_scheme

FEWEST, MOST = 20, 8_000
GROUPS, ITEMS, LEVELS = "甲乙丙", ("德", "能"), ("优", "良", "中", "差")


def random_shape(rng: np.random.Generator) -> tuple[Shape, str]:
    """Return a random small round and what it is."""
    items = ITEMS[: rng.integers(1, 3)]
    groups = GROUPS[: rng.integers(1, 4)]
    number = int(rng.integers(2, 5))
    points = sorted({0, *rng.integers(1, 30, number - 1).tolist()}, reverse=True)
    scale = dict(zip(LEVELS, points, strict=False))
    sizes = {group: int(rng.integers(1, rng.choice([13, 60]))) for group in groups}
    more = {"rounding": {"places": int(rng.integers(0, 3)), "mode": str(rng.choice(["half_up", "down", "up"]))}}
    if rng.integers(3) == 0:
        more["grades"] = {"bands": [{"grade": "好", "from": points[0] * 3 // 4}, {"grade": "差", "from": 0}]}
    if rng.integers(5) == 0:
        more["extremes"] = {"drop_high": 1, "drop_low": 1, "above": 5}
    weighed = [{"id": group, "weight": int(rng.integers(1, 5))} for group in groups]
    asked = [{"id": item, "weight": int(rng.integers(1, 4))} for item in items]
    scheme = make_scheme(weighed, asked, scale=scale, **more)
    words = " ".join(f"{each['id']}{sizes[each['id']]}×{each['weight']}" for each in weighed)
    words += " | " + " ".join(f"{each['id']}×{each['weight']}" for each in asked)
    return Shape(scheme, sizes), f"{words} | {'/'.join(map(str, points))} | {more}"


def tables_of(shape: Shape) -> int:
    """Return how many tables a shape has."""
    levels, items = len(shape.scheme.levels()), len(shape.scheme.item_ids())
    return int(
        np.prod(
            [np.prod([(size + more) / more for more in range(1, levels)]) ** items for size in shape.sizes.values()]
        )
    )


def main() -> int:
    """Attack random rounds until enough tables were tried; return 1 if a mark became certain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    tried = rounds = broken = 0
    steps: Counter[str] = Counter()
    while tried < options.tables:
        shape, words = random_shape(rng)
        if not FEWEST <= tables_of(shape) <= MOST:
            continue
        marks = tables(shape)
        texts = released(shape, marks)
        found = list(certain(shape, marks, texts))
        tried, rounds, broken = tried + len(marks), rounds + 1, broken + len(found)
        steps.update(
            "score" if '"score":"' in text.split('"groups"')[0] else "band" if '"band":[' in text else "nothing"
            for text in texts
        )
        print(
            f"{len(marks):6} tables, {len(set(texts)):5} different, {len(found):3} marks certain: {words}", flush=True
        )
        for each in found[:3]:
            print("       ", each)
    print(f"{tried} tables of {rounds} rounds, {broken} marks certain; {dict(steps)}")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
