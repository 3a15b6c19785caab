"""Voting slips: an A4 PDF with eight to a page, made in memory and kept nowhere.

The codes on them exist in no other place. Nothing here writes a file, logs, or puts a code into an error.
"""

from collections.abc import Sequence

import segno

from exports.typesetting import typeset

_CODE_LENGTH = 16
_QUIET_MODULES = 4


def slips(
    codes: Sequence[str],
    *,
    address: str,
    round_name: str,
    sheet_label: str,
    closes: str,
    promise: Sequence[str],
    demonstration: bool,
    trial: bool = False,
) -> bytes:
    """Return the PDF of one slip per code, in the order given: the caller has shuffled them.

    Parameters
    ----------
    address
        Public address without a path, such as ``https://minyi.example.cn``.
    closes
        When the window ends, as people write it.
    promise
        One or two lines on what is and isn't promised to the voter.

    Raises
    ------
    ValueError
        If a code doesn't have 16 characters, or there is none; the message holds no code.
    """
    bare = [code.replace("-", "").replace(" ", "") for code in codes]
    if not bare or any(len(code) != _CODE_LENGTH or not code.isalnum() for code in bare):
        raise ValueError("slips are made from one or more codes of 16 letters and digits")
    ballot_page = f"{address.rstrip('/')}/b"
    mask = best_mask(f"{ballot_page}#{bare[0]}")
    data = {
        "title": f"{round_name}　{sheet_label}",
        "round": round_name,
        "sheet": sheet_label,
        "closes": closes,
        "badge": _badge(trial=trial, demonstration=demonstration),
        "address": ballot_page,
        "scan": "用手机扫一扫左边的方块，打开就能填。",
        "type-address": "扫不了的，在浏览器里输入：",
        "type-code": "再输入下面这串编码：",
        "promise": list(promise),
        "slips": [{"code": printed(code), "qr": qr_svg(f"{ballot_page}#{code}", mask)} for code in bare],
    }
    return typeset("slips", data, tags=False)


def printed(code: str) -> str:
    """Return `code` in groups of four.

    Examples
    --------
    >>> printed("0123456789ABCDEF")
    '0123-4567-89AB-CDEF'
    """
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def best_mask(text: str) -> int:
    """Return the mask that suits a QR code of `text` best.

    Choosing it takes four fifths of the time; the codes of a batch differ from each other in a quarter of their
    characters only, so one choice does for all.
    """
    return int(_qr(text, None).mask)


def qr_svg(text: str, mask: int | None = None) -> str:
    """Return a QR code of `text`, error level M, as one filled path on white with its quiet zone."""
    matrix = _qr(text, mask).matrix
    side = len(matrix) + 2 * _QUIET_MODULES
    runs = "".join(
        f"M{start + _QUIET_MODULES} {row + _QUIET_MODULES}h{length}v1h-{length}z"
        for row, modules in enumerate(matrix)
        for start, length in _dark_runs(modules)
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
    return f'{head}<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/><path d="{runs}"/></svg>'


def _qr(text: str, mask: int | None) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=mask, boost_error=False)


def _badge(*, trial: bool, demonstration: bool) -> str:
    if trial:
        return "演示试填，不计票" if demonstration else "试填，不计票"
    return "演示" if demonstration else ""


def _dark_runs(modules: Sequence[int]) -> list[tuple[int, int]]:
    """Return (start, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(modules):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
