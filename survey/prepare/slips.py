"""Slips: what a batch's codes are printed with. Drawn in memory; nothing of them is kept."""

from exports.slips import slips
from survey.config import Settings
from survey.manifest.amended import amended
from survey.models import Round
from survey.prepare.codes import Minted

# At level "sealed" whoever runs the server holds the key, so no slip may say that nobody can open early.
PROMISE = {
    "sealed": (
        "不记名：纸条随机抽取，不登记谁拿了哪一张。",
        "选票交出后立即加密封存，截止后打乱次序统一开封，钥匙随即销毁。",
    ),
    "three keys": (
        "不记名：纸条随机抽取，不登记谁拿了哪一张。",
        "选票交出后立即加密封存。截止后由三方中的两方同到，才能打乱次序统一开封，钥匙随即销毁。",
    ),
}


def draw_slips(round_: Round, minted: Minted, settings: Settings) -> bytes:
    """Return the slips of a batch as a PDF (A4, cut marks)."""
    holds = amended(round_)
    manifest, sheet = holds.manifest, holds.sheet(minted.batch.sheet)
    closes = sheet.windows["phone" if "phone" in sheet.windows else "paper"].closes.astimezone(settings.zone)
    return slips(
        minted.codes,
        address=manifest.public_address or settings.public_address or "http://127.0.0.1:8000",
        round_name=manifest.name,
        sheet_label=sheet.label + ("（备用）" if minted.batch.kind == "reserve" else ""),
        closes=f"{closes.year}年{closes.month}月{closes.day}日 {closes:%H:%M}",
        promise=PROMISE[manifest.seal],
        trial=manifest.trial,
        demonstration=settings.demonstration,
    )
