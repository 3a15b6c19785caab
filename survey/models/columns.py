"""How values are kept: plain text, integers and bytes, as SQLite's STRICT tables want; yes and no as each may."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, LargeBinary, MetaData, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import Integer, TypeEngine


class Flag(TypeDecorator[bool]):
    """A yes or no: 1 or 0 on SQLite, whose STRICT tables know no boolean; a boolean elsewhere."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the column."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | bool | None:  # noqa: FBT001
        """Return what is kept."""
        return int(value) if dialect.name == "sqlite" and value is not None else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:  # noqa: ANN401, ARG002
        """Return what was meant."""
        return None if value is None else bool(value)


class Moment(TypeDecorator[datetime]):
    """A moment with its zone, kept as ISO text in UTC to the second."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what is kept."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="seconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ANN401, ARG002
        """Return what was meant."""
        return None if value is None else datetime.fromisoformat(value)


class Document(TypeDecorator[dict[str, Any]]):
    """A JSON object, kept as text in the order it was written: levels and criteria have an order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what is kept."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ANN401, ARG002
        """Return what was meant."""
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    """The declarative base: typed columns, named constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        int: BigInteger().with_variant(Integer, "sqlite"),
        bool: Flag,
        bytes: LargeBinary,
        datetime: Moment,
        dict[str, Any]: Document,
    }


STRICT = {"sqlite_strict": True}
UNORDERED = {"sqlite_strict": True, "sqlite_with_rowid": False}
