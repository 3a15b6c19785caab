"""Voting slips: every code readable by eye and by phone, and on nothing but the paper."""

import io
import re
import signal
import subprocess
import sys

import pypdf
import pypdfium2
import pytest
import zxingcpp

from exports.slips import best_mask, qr_svg, slips

CODES = [f"{number:04d}7K3M9QXT4H2B" for number in range(11)]
WORDS = {
    "address": "https://minyi.yunpo.example.cn",
    "round_name": "2026年度云陂镇中层干部民主测评",
    "sheet_label": "居民票",
    "closes": "2026年12月8日 20:00",
    "promise": ["没有人能从编码查到你。"],
}


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def scanned(pdf: bytes) -> list[list[str]]:
    """Return what a phone reads on each page, from the top left."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        codes = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
        codes.sort(key=lambda code: (round(code.position.top_left.y / 50), code.position.top_left.x))
        found.append([code.text for code in codes])
    document.close()
    return found


def test_eight_slips_stand_on_a_page_in_the_order_given():
    found = texts(slips(CODES, **WORDS, demonstration=False))

    printed = [re.findall(r"\d{4}-7K3M-9QXT-4H2B", text) for text in found]
    assert [len(page) for page in printed] == [8, 3]
    assert [code for page in printed for code in page] == [f"{n:04d}-7K3M-9QXT-4H2B" for n in range(11)]


def test_a_phone_reads_the_address_with_the_code_as_fragment():
    found = scanned(slips(CODES, **WORDS, demonstration=False))

    expected = [f"https://minyi.yunpo.example.cn/b#{code}" for code in CODES]
    assert found == [expected[:8], expected[8:]]


def test_every_slip_says_round_sheet_end_address_and_promise():
    text = re.sub(r"[\s\u200b]", "", texts(slips(CODES[:8], **WORDS, demonstration=False))[0])

    for words in (
        "2026年度云陂镇中层干部民主测评",
        "居民票截止2026年12月8日20:00",
        "https://minyi.yunpo.example.cn/b",
        "没有人能从编码查到你。",
    ):
        assert text.count(words) == 8
    assert "试填" not in text
    assert "演示" not in text


@pytest.mark.parametrize(
    ("trial", "demonstration", "words"),
    [(True, False, "试填，不计票"), (False, True, "演示"), (True, True, "演示试填，不计票")],
)
def test_slips_that_are_no_real_ones_say_so(trial, demonstration, words):
    text = texts(slips(CODES[:2], **WORDS, trial=trial, demonstration=demonstration))[0]

    assert text.count(words) == 2


def test_codes_with_hyphens_are_the_same_codes():
    assert slips(["0000-7K3M-9QXT-4H2B"], **WORDS, demonstration=False) == slips(
        CODES[:1], **WORDS, demonstration=False
    )


@pytest.mark.parametrize("codes", [[], ["7K3M9QXT4H2B"], [*CODES, "SECRETSECRET??!!"]])
def test_a_wrong_code_is_refused_without_repeating_it(codes):
    with pytest.raises(ValueError, match="16 letters and digits") as error:
        slips(codes, **WORDS, demonstration=False)

    assert "SECRET" not in str(error.value)


def test_words_on_a_slip_are_never_read_as_markup():
    odd = WORDS | {"round_name": '#panic("甲")*乙*', "promise": ["$x$ \\ <b>"]}

    text = texts(slips(CODES[:1], **odd, demonstration=False))[0]
    assert '#panic("甲")*乙*' in text.replace(" ", "")
    assert "$x$ \\ <b>" in text


def test_the_file_tells_nothing_but_its_pages():
    reader = pypdf.PdfReader(io.BytesIO(slips(CODES, **WORDS, demonstration=False)))

    assert not any(code[:4] + "-" in str(reader.metadata) for code in CODES)
    assert "/CreationDate" not in (reader.metadata or {}) or "1970" in str(reader.metadata)


LIMITED = (
    "import resource, signal, sys; from exports.slips import slips\n"
    "signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
)


def test_nothing_is_written_to_disk_on_the_way(tmp_path):
    """With the size of files limited to nothing, a single byte written anywhere ends the process."""
    script = f"{LIMITED}pdf = slips({CODES!r}, **{WORDS!r}, demonstration=False)\nsys.stdout.buffer.write(pdf)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == slips(CODES, **WORDS, demonstration=False)

    writes = f"{LIMITED}open(sys.argv[1], 'w').write('x')"
    control = subprocess.run([sys.executable, "-c", writes, tmp_path / "x"], capture_output=True, check=False)
    assert control.returncode == -signal.SIGXFSZ


def test_every_mask_can_be_read_so_one_choice_does_for_a_batch():
    text = "https://minyi.yunpo.example.cn/b#00007K3M9QXT4H2B"

    assert best_mask(text) in range(8)
    drawings = {qr_svg(text, mask) for mask in range(8)}
    assert len(drawings) == 8
    assert all(svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 41 41"') for svg in drawings)
