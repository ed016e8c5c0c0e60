"""Schema migrations, a folder for each wall; run by :func:`openler.stores.sql.migrate.migrate`."""
