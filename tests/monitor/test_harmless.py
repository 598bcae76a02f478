"""Looking costs nobody anything: locks are counted, not time."""

from __future__ import annotations

from cts_console.monitor import Sampler
from cts_console.sqlite import open_database

INSERT = "INSERT INTO trades (amount) VALUES (1)"


def test_a_sample_waits_for_no_lock_and_is_in_nobody_s_way(make_database, start_engine):
    path = make_database()
    engine = start_engine(path)
    engine.execute(INSERT)
    with open_database(path) as connection:
        connection.set_busy_timeout(0)
        sampler = Sampler(connection)
        sampler.sample()
        engine.execute("BEGIN IMMEDIATE", INSERT)
        assert sampler.sample().commits == 0
        engine.execute("COMMIT")
        assert sampler.sample().commits == 1
        # A checkpoint of the strictest kind meets no reader.
        assert engine.execute("PRAGMA wal_checkpoint(TRUNCATE)") == [[[0, 0, 0]]]
        assert sampler.sample().commits == 0


def test_in_rollback_mode_a_sample_takes_no_lock_at_all(make_database, start_engine):
    path = make_database(wal=False)
    engine = start_engine(path)
    with open_database(path) as connection:
        connection.set_busy_timeout(0)
        sampler = Sampler(connection)
        engine.execute("BEGIN EXCLUSIVE", INSERT)
        sampler.sample()
        engine.execute("COMMIT")
        assert sampler.sample().commits == 1
