"""Choosing targets: the active roster as it stands, and who fits a selector of the plan."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.manifest.plan import Selector
from survey.models import Post, Target, Unit
from survey.office import scope


class RosterView:
    """The active targets with their main posts, and the tree of units: of the whole office, or of one unit's part."""

    def __init__(self, session: Session, unit_code: str | None = None) -> None:
        query = select(Post).join(Target).where(Target.active, Post.main).order_by(Target.code)
        own = None if unit_code is None else scope.subtree(session, unit_code)
        self.posts = {post.target_code: post for post in session.scalars(query) if own is None or post.unit_code in own}
        self.units = {unit.code: unit for unit in session.scalars(select(Unit)) if own is None or unit.code in own}

    def subtree(self, code: str) -> set[str]:
        """Return the unit and all units below it."""
        found = {code}
        while more := {unit.code for unit in self.units.values() if unit.parent_code in found} - found:
            found |= more
        return found

    def choose(self, selector: Selector) -> list[str]:
        """Return the targets that fit every key of `selector`, in the order of their codes."""
        units = {unit for code in selector.unit for unit in self.subtree(code)}
        chosen = []
        for code, post in self.posts.items():
            fits = (
                (not selector.kind or post.target.kind in selector.kind)
                and (not selector.class_ or self.class_of(post) in selector.class_)
                and (not selector.layer or post.layer in selector.layer)
                and (not selector.unit or post.unit_code in units)
                and (not selector.codes or code in selector.codes)
            )
            if fits:
                chosen.append(code)
        return chosen

    def class_of(self, post: Post) -> str:
        """Return the class of a target: its post's own, else its unit's."""
        return post.class_ or self.units[post.unit_code].class_

    def describe(self, code: str) -> dict[str, str]:
        """Return what the manifest says of a target."""
        post = self.posts[code]
        return {
            "code": code,
            "kind": post.target.kind,
            "name": post.target.name,
            "class": self.class_of(post),
            "layer": post.layer,
            "unit_code": post.unit_code,
            "unit": self.units[post.unit_code].name,
            "title": post.title,
            "duties": post.target.duties,
        }
