"""How Alembic runs the migrations: on the engine it was handed, each in a transaction of its own."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, TypeDecorator

from survey.models import Base
from survey.models.columns import Flag


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:  # noqa: ANN401 - any type
    """Write our own column types as the plain types that the database sees."""
    if kind == "type" and isinstance(item, Flag):
        return 'sa.Integer().with_variant(sa.Boolean(), "postgresql")'
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl_instance).__name__}()"
    return False


def without_references(connection: Connection) -> None:
    """Let a table be rebuilt while others refer to it, which SQLite allows outside transactions only."""
    if connection.dialect.name == "sqlite":
        connection.connection.execute("PRAGMA foreign_keys=OFF")


def check_references(ctx: MigrationContext, *_: object, **__: object) -> None:
    """Refuse, before it is committed, a migration that left a reference to nothing."""
    if ctx.dialect.name != "sqlite" or ctx.connection is None:
        return
    if broken := ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError(f"the migration broke a reference of the table {broken[0]}; nothing was changed")


def run(engine: Engine) -> None:
    """Run what is asked for; a migration that fails or is cut short leaves the form that there was."""
    with engine.connect() as connection:
        without_references(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=True,
            transaction_per_migration=True,
            on_version_apply=check_references,
        )
        with context.begin_transaction():
            context.run_migrations()


try:
    run(context.config.attributes["engine"])
finally:
    context.config.attributes["engine"].dispose()
