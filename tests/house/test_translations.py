import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from build_translations import compile_catalogues
from tests.house.messages import CATALOGUE, messages

VALUE = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Message]:
    with CATALOGUE.open("rb") as file:
        entries = [entry for entry in read_po(file, abort_invalid=True) if entry.id]
    return {single: entry for entry in entries for single in forms(entry.id)}


def forms(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def test_every_sentence_that_a_page_may_show_has_its_chinese(catalogue):
    missing = [
        f"{place}: {message}"
        for message, place in messages().items()
        if message not in catalogue or not all(forms(catalogue[message].string))
    ]

    assert missing == []


def test_the_catalogue_holds_no_sentence_that_nothing_says_any_more(catalogue):
    said = messages()

    assert [words for words in catalogue if words not in said and words not in plural_partners(catalogue, said)] == []


def plural_partners(catalogue, said):
    return {
        single for entry in catalogue.values() for single in forms(entry.id) if any(f in said for f in forms(entry.id))
    }


def test_a_translation_fills_in_the_values_of_its_sentence(catalogue):
    other = [
        words
        for words, entry in catalogue.items()
        for chinese in forms(entry.string)
        if set(VALUE.findall(chinese)) != set(VALUE.findall(forms(entry.id)[-1]))
    ]

    assert other == []


def test_no_translation_is_marked_uncertain(catalogue):
    assert [words for words, entry in catalogue.items() if entry.fuzzy] == []


def test_the_catalogue_is_sorted_so_that_two_people_can_edit_it():
    ids = re.findall(r'^msgid (?:""\n)?"(.*)"', CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(ids) == len(set(ids))


def test_the_build_step_compiles_what_stands_in_the_catalogue(tmp_path: Path, catalogue):
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_bytes(CATALOGUE.read_bytes())

    [written] = compile_catalogues(tmp_path)

    with written.open("rb") as file:
        compiled = read_mo(file)
    assert written == folder / "messages.mo"
    assert compiled.get("Rounds").string == catalogue["Rounds"].string == "轮次"
