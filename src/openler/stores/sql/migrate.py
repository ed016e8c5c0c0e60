"""Bring one wall's database to the newest schema: Alembic, run by the program itself, with the migrations packaged."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, text

from openler.errors import Misused, declare
from openler.stores.sql.engine import Wall, schema_name, writing

STORE_TOO_NEW = declare("stores.schema_too_new", by=__name__)

VERSION_TABLE = "schema_version"


def migrate(database: Engine, wall: Wall) -> None:
    """Upgrade ``wall`` to its head; nothing happens where it is already there. Processes that start together take turns.

    Each wall has migrations of its own (``stores/sql/migrations/{wall}/versions``) and its own version table.

    :raises Misused: ``stores.schema_too_new``: a newer openler has been at work here
    :raises Unavailable: ``stores.unavailable``
    """
    schema = schema_name(database, wall)
    with as_file(files("openler.stores.sql") / "migrations" / wall) as location:
        config = Config()
        config.set_main_option("script_location", str(location).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        script = ScriptDirectory.from_config(config)

        def upgrade(revision: Any, _context: Any) -> Any:
            return script._upgrade_revs("head", revision)  # noqa: SLF001 - how alembic.command.upgrade itself calls it

        with writing(database, f"migrate {wall}") as connection, EnvironmentContext(config, script, fn=upgrade) as environment:
            if schema is not None:
                connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
            environment.configure(connection=connection, version_table=VERSION_TABLE, version_table_schema=schema, transactional_ddl=True)
            try:
                environment.run_migrations()
            except CommandError as error:
                raise Misused(STORE_TOO_NEW, wall=wall) from error
