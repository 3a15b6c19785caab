import json

import pytest

from survey.crypto import chain
from survey.crypto.chain import ChainError, Head

AT = "2026-12-01T08:00:00+00:00"


def chained(*acts: tuple[str, str | None]) -> list[bytes]:
    """Return an export of these acts, each with its round."""
    lines, previous = [], chain.FIRST
    for number, (act, round_id) in enumerate(acts, 1):
        entry = {
            "number": number,
            "at": AT,
            "login": "zhou",
            "act": act,
            "round": round_id,
            "detail": {"理由": "到时间"},
        }
        entry["previous"] = previous
        previous = chain.entry_hash(entry)
        lines.append(chain.to_line({**entry, "hash": previous}))
    return lines


@pytest.fixture
def lines():
    return chained(("create round", "R1"), ("sign in", None), ("open round", "R1"), ("close round", "R1"))


def as_file(content: bytes) -> list[bytes]:
    """Return the lines as a file opened in binary mode gives them."""
    return content.splitlines(keepends=True)


def test_a_whole_log_fits_together_and_says_where_it_ends(lines):
    seen = []

    head = chain.check(lines, seen=seen.append)

    assert head == Head(4, json.loads(lines[-1])["hash"])
    assert [each.number for each in seen] == [1, 2, 3, 4]


def test_every_change_of_a_single_byte_is_found(lines):
    whole = b"".join(lines)

    for place, byte in enumerate(whole):
        for other in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, ord("0"), ord(" "), ord("\n")} - {byte}:
            changed = whole[:place] + bytes([other]) + whole[place + 1 :]
            with pytest.raises(ChainError):
                chain.check(as_file(changed))


def test_every_byte_left_out_or_put_in_is_found(lines):
    whole = b"".join(lines)

    for place in range(len(whole)):
        with pytest.raises(ChainError):
            chain.check(as_file(whole[:place] + whole[place + 1 :]))
        with pytest.raises(ChainError):
            chain.check(as_file(whole[:place] + b" " + whole[place:]))


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_an_entry_left_out_is_found_where_the_next_one_stands(lines, missing):
    with pytest.raises(ChainError, match=f"entry {missing + 2} stands where entry {missing + 1} belongs"):
        chain.check([*lines[:missing], *lines[missing + 1 :]])


def test_entries_that_changed_places_are_found(lines):
    lines[1], lines[2] = lines[2], lines[1]

    with pytest.raises(ChainError, match="Line 2: entry 3 stands where entry 2 belongs"):
        chain.check(lines)


def test_an_entry_put_in_is_found_though_its_own_hash_is_right(lines):
    forged = {**json.loads(lines[1]), "act": "sign out"}
    forged["hash"] = chain.entry_hash(forged)

    with pytest.raises(ChainError, match="Line 3: entry 3 does not follow the one before it"):
        chain.check([lines[0], chain.to_line(forged), *lines[2:]])


def test_an_entry_that_was_changed_is_named(lines):
    changed = chain.to_line({**json.loads(lines[2]), "login": "wang"})

    with pytest.raises(ChainError, match="Line 3: entry 3 is not as it was written"):
        chain.check([*lines[:2], changed, lines[3]])


def test_a_log_whose_end_is_missing_ends_elsewhere(lines):
    """The chain cannot know that more was there: this is what a head that was written down is for."""
    assert chain.check(lines[:3]).number == 3
    assert chain.check(lines[:3]) != chain.check(lines)


def test_a_log_rewritten_to_its_end_has_another_head(lines):
    rewritten = chained(("create round", "R1"), ("sign in", None), ("open round", "R1"), ("void round", "R1"))

    assert chain.check(rewritten).number == chain.check(lines).number
    assert chain.check(rewritten).hash != chain.check(lines).hash


def test_of_one_round_each_entry_is_checked_and_numbers_may_jump(lines):
    part = [lines[0], *lines[2:]]

    assert chain.check(part, "R1") == chain.check(lines)
    with pytest.raises(ChainError, match="entry 3 stands where entry 2 belongs"):
        chain.check(part)
    with pytest.raises(ChainError, match="entry 2 is not of this round"):
        chain.check(lines, "R1")


def test_every_change_of_a_single_byte_of_one_round_s_part_is_found(lines):
    whole = lines[0] + lines[2] + lines[3]

    for place, byte in enumerate(whole):
        with pytest.raises(ChainError):
            chain.check(as_file(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :]), "R1")


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"[]\n", b"{}\n", b"7\n", b"\xff\n", b'{"number": NaN}\n', b"[" * 100_000, b'{"number":1}\n'],
    ids=lambda line: str(line[:15]),
)
def test_what_is_no_entry_is_refused_with_its_line(lines, line):
    with pytest.raises(ChainError, match="Line 2 is not an entry"):
        chain.check([lines[0], line])


def test_a_file_without_entries_is_no_log():
    with pytest.raises(ChainError, match="no entry"):
        chain.check([])
