"""The roster: units in a tree, and the targets that are rated."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.models.columns import STRICT, Base


class TargetKind(StrEnum):
    """What can be rated."""

    PERSON = "person"
    UNIT = "unit"
    LEADING_BODY = "leading_body"
    PARTY_ORGANISATION = "party_organisation"
    PROJECT = "project"
    MEMBER = "member"


KINDS = ", ".join(f"'{kind}'" for kind in TargetKind)


class Unit(Base):
    """A unit of the office: a node of the tree, matched by its code."""

    __tablename__ = "unit"
    __table_args__ = (STRICT,)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    class_: Mapped[str] = mapped_column("class", default="")

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.code")


class Target(Base):
    """Who or what is rated. A person's class, layer and title come from the main post."""

    __tablename__ = "target"
    __table_args__ = (CheckConstraint(f"kind IN ({KINDS})", name="kind"), STRICT)

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    duties: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    posts: Mapped[list["Post"]] = relationship(
        back_populates="target", order_by="Post.position", cascade="all, delete-orphan"
    )

    @property
    def main_post(self) -> "Post":
        """The post that sets class, layer and unit."""
        return next(post for post in self.posts if post.main)


class Post(Base):
    """A place that a target holds: for a person a post, for any other target the one line of where it belongs."""

    __tablename__ = "post"
    __table_args__ = (STRICT,)

    target_code: Mapped[str] = mapped_column(ForeignKey("target.code"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"), index=True)
    title: Mapped[str] = mapped_column(default="")
    class_: Mapped[str] = mapped_column("class", default="")
    layer: Mapped[str] = mapped_column(default="")
    main: Mapped[bool]

    target: Mapped[Target] = relationship(back_populates="posts")
    unit: Mapped[Unit] = relationship()
