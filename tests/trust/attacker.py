"""The attacker: ways that lead from the true order of casting to the rows that stay."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.trust.evidence import File, Watch

# Each row begins alike, so that the attacker finds rows in any file; the items after it tell ballots apart.
MARK = bytes([3, 1, 2, 0, 3, 3, 1, 2])
COMMENT = "意见".encode()


@dataclass
class Seen:
    """What the attacker holds after the reveal.

    Attributes
    ----------
    keys
        The public key of each code, in the order of casting, which the attacker knows.
    rows, comments
        What stays: the rows of each target, and the comments, in the order in which the tables give them.
    receipts
        Key → receipt, from the last backup before the reveal.
    recorded
        The receipts in the order in which they are kept.
    """

    watch: Watch
    keys: list[bytes]
    rows: list[list[bytes]] = field(default_factory=list)
    comments: list[bytes] = field(default_factory=list)
    receipts: dict[bytes, bytes] = field(default_factory=dict)
    recorded: list[bytes] = field(default_factory=list)


def judge(seen: Seen, truths: Sequence[Sequence[bytes]], owner: dict[bytes, int], rng: random.Random) -> dict[str, int]:
    """Return how many pairs each way gets right."""
    right = {}
    for way, guess in _guesses(seen, truths).items():
        kind = next((truth for truth in truths if guess and guess[0] in set(truth)), truths[0])
        left = [thing for thing in kind if thing not in set(guess)]
        rng.shuffle(left)  # what a way doesn't find is guessed
        whole = [*guess, *left]
        right[way] = sum(owner[thing] == number for number, thing in enumerate(whole))
    if len(seen.rows) > 1:
        beside = zip(*seen.rows[:2], strict=True)
        right["rows of two targets side by side"] = sum(owner[one] == owner[other] for one, other in beside)
    return right


def _guesses(seen: Seen, truths: Sequence[Sequence[bytes]]) -> dict[str, list[bytes]]:
    """Return by way the rows (or comments) in the order in which the attacker thinks they were cast."""
    rows = seen.rows[0]
    guesses = {"rows as they are kept": rows}
    if seen.comments:
        guesses["comments as they are kept"] = seen.comments
    ranks: dict[str, Callable[[], list[bytes]]] = {
        "codes' public keys, sorted": lambda: seen.keys,
        "receipts, sorted": lambda: [seen.receipts[key] for key in seen.keys],
    }
    if seen.receipts:
        for way, things in ranks.items():
            guesses[way] = _by_rank(things(), sorted(things()), rows)
        guesses["receipts as they are kept"] = _by_rank([seen.receipts[key] for key in seen.keys], seen.recorded, rows)
        places = _envelopes_in_pages(seen)
        guesses["place of the envelopes in the last backup"] = _by_rank(seen.keys, places, rows)
    for name, files in _files(seen.watch).items():
        for kind, truth in zip(("rows", "comments"), truths, strict=False):
            guesses[f"{kind} by their place in the {name}"] = _first_places(files, truth)
    said = "\n".join(seen.watch.said).encode(errors="replace")
    guesses["rows by their place in what was logged"] = _first_places([File(said, 0)], truths[0])
    return guesses


def _by_rank(things: Sequence[bytes], order: Sequence[bytes], rows: Sequence[bytes]) -> list[bytes]:
    """Pair the thing that is n-th in `order` with the n-th row."""
    rank = {thing: number for number, thing in enumerate(order)}
    return [rows[rank[thing]] for thing in things if thing in rank and rank[thing] < len(rows)]


def _files(watch: Watch) -> dict[str, list[File]]:
    """Return each kind of file with its copies in the order of time."""
    kinds: dict[str, list[File]] = defaultdict(list)
    for look in (*watch.backups, watch.after):
        for name, file in look.items():
            kinds[name].append(file)
    return {
        "backups' pages": [file for name, files in kinds.items() if name != "log" for file in files],
        "backups' logs": kinds["log"],
        "pages after the reveal": [file for name, file in watch.after.items() if name != "log"],
        "log after the reveal": [file for name, file in watch.after.items() if name == "log"],
    }


def _first_places(files: Sequence[File], things: Sequence[bytes]) -> list[bytes]:
    """Return those of `things` that stand in a file, by the first file and the place within it."""
    start = MARK if things and things[0].startswith(MARK) else COMMENT
    wanted, width = set(things), len(things[0])
    found: dict[bytes, tuple[int, tuple[int, int]]] = {}
    for number, file in enumerate(files):
        at = file.content.find(start)
        while at >= 0:
            thing = file.content[at : at + width]
            if thing in wanted and thing not in found:
                found[thing] = (number, file.place(at))
            at = file.content.find(start, at + 1)
    return sorted(found, key=found.__getitem__)


def _envelopes_in_pages(seen: Seen) -> list[bytes]:
    last = seen.watch.backups[-1]
    file = last.get("envelope") or last.get("log") or last["database"]
    places = {key: file.place(at) for key in seen.keys if (at := file.content.find(key)) >= 0}
    return sorted(places, key=places.__getitem__)
