"""Comments: shown to the personnel department by group, cut loose from every ballot, where enough people are behind."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.manifest.amended import manifest_of
from survey.models import Comment, OpenedSheet, Round


@dataclass(frozen=True)
class GroupComments:
    """What one leaf group wrote, in random order; ``texts`` is ``None`` where too few ballots are behind it."""

    group: str
    texts: tuple[str, ...] | None


def released(session: Session, round_: Round) -> list[GroupComments]:
    """Return the comments that pass the round's threshold, group by group, in the order of the sheets.

    A group that was asked for comments is listed even where it wrote none or where its comments are withheld.
    """
    manifest = manifest_of(round_)
    needed = manifest.disclosure["comments"]
    asked = dict.fromkeys(sheet.group for sheet in manifest.sheets if manifest.asks_comment(sheet))
    valid: dict[str, int] = defaultdict(int)
    for opened in session.scalars(select(OpenedSheet).where(OpenedSheet.round_id == round_.id)):
        if manifest.asks_comment(manifest.sheet(opened.sheet)):
            valid[opened.group_id] += opened.valid
    written: dict[str, list[str]] = defaultdict(list)
    # The keys are random, so their order says nothing of when a comment was written or read.
    for comment in session.scalars(select(Comment).where(Comment.round_id == round_.id).order_by(Comment.id)):
        written[comment.group_id].append(comment.text)
    return [GroupComments(group, tuple(written[group]) if valid[group] >= needed else None) for group in asked]
