"""What is fixed for a registry when it is made, kept with it: servers that share a database must agree on it."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select

from openler.stores.sql.engine import reading, writing
from openler.stores.sql.registry_tables import fact

BASE_URL = "base_url"


def stated(database: Engine, name: str) -> str | None:
    """A fact of this registry, or None where nobody has stated it yet. :raises Unavailable: ``stores.unavailable``"""
    with reading(database) as connection:
        return connection.execute(select(fact.c.value).where(fact.c.name == name)).scalar_one_or_none()


def settle(database: Engine, name: str, value: str) -> str:
    """The fact as it stands: ``value``, where we are the first to state it. :raises Unavailable: ``stores.unavailable``"""
    known = stated(database, name)
    if known is not None:
        return known
    with writing(database, "registry facts") as connection:
        found = connection.execute(select(fact.c.value).where(fact.c.name == name)).scalar_one_or_none()
        if found is None:
            connection.execute(insert(fact), {"name": name, "value": value})
        return value if found is None else found
