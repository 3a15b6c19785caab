"""What a cell of the roster may hold: codes, names and lines of text, in one form each."""

import re
import unicodedata

HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
BETWEEN_HAN = re.compile(f"(?<={HAN})\\s+(?={HAN})")
CODE = re.compile(r"\w[\w.-]{0,31}")
DOTS = str.maketrans(dict.fromkeys("•‧・∙⋅●", "·"))
YES = {"是", "主", "主岗", "√", "✓", "1", "y", "yes", "true"}
NO = {"否", "兼", "兼职", "×", "0", "n", "no", "false"}


def code(text: str) -> str:
    """Return a code in its one form: half-width capitals without space.

    Examples
    --------
    >>> code("ｐ 0001")
    'P0001'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_code(text: str) -> bool:
    """Return whether `text`, already in its one form, may be a code: up to 32 letters, digits, ``. _ -``.

    Examples
    --------
    >>> is_code("U01"), is_code("-1"), is_code("A/1")
    (True, False, False)
    """
    return CODE.fullmatch(text) is not None


def name(text: str) -> str:
    """Return a name in its one form: forms pad short names with space, and write one dot in six ways.

    Examples
    --------
    >>> name("李　明"), name("阿依古丽•买买提"), name("Anna  Li")
    ('李明', '阿依古丽·买买提', 'Anna Li')
    """
    return " ".join(BETWEEN_HAN.sub("", line(text)).translate(DOTS).split())


def line(text: str) -> str:
    """Return a text on one line, without control characters."""
    visible = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def yes_or_no(text: str) -> bool | None:
    """Return what a yes-or-no cell says, ``None`` where it says neither."""
    word = text.strip().lower()
    return True if word in YES else False if word in NO else None
