"""The 79 migration files: their order, what each one makes, and what becomes of older rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from cts_console.errors import CtsError
from cts_console.paths import migrations_dir
from cts_console.sqlite import APPLICATION_ID, Connection, open_database, quote_identifier
from tests.migrate.plain_loop import (
    FILES,
    INDEXES,
    NO_TRANSACTION,
    QUERIES,
    SETTINGS,
    apply_file,
    apply_files,
    open_new,
    read_statements,
    read_text,
)


class Counts(NamedTuple):
    """Objects of a schema, those of SQLite itself left out."""

    tables: int
    indexes: int
    triggers: int
    views: int


# What the database holds after each file.
TOTALS = {
    "000_create_migrations_table.sql": Counts(1, 0, 0, 0),
    "001_create_users_table.sql": Counts(2, 0, 0, 0),
    "002_create_exchanges_table.sql": Counts(3, 0, 0, 0),
    "003_create_trading_pairs_table.sql": Counts(4, 2, 0, 0),
    "004_create_portfolios_table.sql": Counts(5, 2, 0, 0),
    "005_create_positions_table.sql": Counts(6, 3, 0, 0),
    "006_create_orders_table.sql": Counts(7, 4, 0, 0),
    "007_create_trades_table.sql": Counts(8, 4, 0, 0),
    "008_create_market_data_table.sql": Counts(9, 4, 0, 0),
    "009_create_strategies_table.sql": Counts(10, 4, 0, 0),
    "010_create_bot_instances_table.sql": Counts(11, 6, 0, 0),
    "011_create_risk_limits_table.sql": Counts(12, 6, 0, 0),
    "012_create_alerts_table.sql": Counts(13, 8, 0, 0),
    "013_create_audit_logs_table.sql": Counts(14, 10, 0, 0),
    "014_create_performance_metrics_table.sql": Counts(15, 11, 0, 0),
    "015_create_updated_at_triggers.sql": Counts(15, 11, 10, 0),
    "016_create_exchange_connections_table.sql": Counts(16, 11, 10, 0),
    "017_create_system_settings_table.sql": Counts(17, 12, 10, 0),
    "018_create_trade_engine_state_table.sql": Counts(18, 13, 10, 0),
    "019_create_volume_configuration_table.sql": Counts(19, 13, 10, 0),
    "020_create_presets_table.sql": Counts(20, 14, 10, 0),
    "021_create_user_roles_table.sql": Counts(21, 15, 10, 0),
    "022_create_preset_trade_engine_table.sql": Counts(22, 16, 10, 0),
    "023_create_pseudo_positions_table.sql": Counts(23, 16, 10, 0),
    "024_create_indications_table.sql": Counts(24, 16, 10, 0),
    "025_create_user_preferences_table.sql": Counts(25, 16, 10, 0),
    "026_add_order_execution_options.sql": Counts(25, 16, 10, 0),
    "027_create_exchange_positions_table.sql": Counts(26, 18, 10, 0),
    "028_create_site_logs_table.sql": Counts(27, 20, 10, 0),
    "028_seed_supported_exchanges.sql": Counts(27, 20, 10, 0),
    "029_seed_default_settings.sql": Counts(27, 20, 10, 0),
    "030_create_trade_logs_table.sql": Counts(28, 23, 10, 0),
    "031_add_connection_test_fields.sql": Counts(28, 23, 10, 0),
    "032_add_margin_and_position_mode.sql": Counts(28, 23, 10, 0),
    "033_index_positions_by_owner.sql": Counts(28, 26, 10, 0),
    "034_create_symbol_processing_queue_table.sql": Counts(29, 26, 10, 0),
    "035_create_connection_coordination_table.sql": Counts(30, 26, 10, 0),
    "036_add_indication_confidence_and_expiry.sql": Counts(30, 26, 10, 0),
    "036_index_indications.sql": Counts(30, 30, 10, 0),
    "037_create_batch_processor_stats_table.sql": Counts(31, 30, 10, 0),
    "038_add_pseudo_position_levels.sql": Counts(31, 30, 10, 0),
    "039_add_trading_pair_precision.sql": Counts(31, 30, 10, 0),
    "040_seed_trading_pairs.sql": Counts(31, 30, 10, 0),
    "041_add_connection_rate_limits.sql": Counts(31, 30, 10, 0),
    "042_index_pseudo_positions.sql": Counts(31, 34, 10, 0),
    "043_add_dashboard_flag.sql": Counts(31, 34, 10, 0),
    "044_index_connections_by_exchange.sql": Counts(31, 35, 10, 0),
    "045_rename_dashboard_flag_to_active.sql": Counts(31, 36, 10, 0),
    "046_extend_updated_at_triggers.sql": Counts(31, 36, 19, 0),
    "047_index_orders_and_trades.sql": Counts(31, 42, 19, 0),
    "047_replace_order_status_index.sql": Counts(31, 42, 19, 0),
    "048_rename_position_type_to_side.sql": Counts(31, 42, 19, 0),
    "049_rename_order_quantities.sql": Counts(31, 42, 19, 0),
    "050_backfill_order_remaining.sql": Counts(31, 42, 19, 0),
    "051_index_foreign_keys.sql": Counts(31, 47, 19, 0),
    "052_create_data_cleanup_log_table.sql": Counts(32, 47, 19, 0),
    "052_create_market_data_archive_table.sql": Counts(33, 49, 19, 0),
    "053_seed_retention_settings.sql": Counts(33, 50, 19, 0),
    "054_rename_setting_keys.sql": Counts(33, 50, 19, 0),
    "055_add_preset_engine_progress.sql": Counts(33, 51, 19, 0),
    "056_index_logs.sql": Counts(33, 55, 19, 0),
    "057_link_trades_to_positions.sql": Counts(33, 56, 19, 0),
    "058_backfill_trade_cost.sql": Counts(33, 56, 19, 0),
    "059_add_position_risk_fields.sql": Counts(33, 56, 19, 0),
    "060_add_connection_volume_settings.sql": Counts(33, 56, 19, 0),
    "061_fold_volume_configuration.sql": Counts(32, 56, 19, 0),
    "062_add_credential_reference.sql": Counts(32, 56, 19, 0),
    "063_drop_plaintext_api_secrets.sql": Counts(32, 56, 19, 0),
    "064_add_account_status.sql": Counts(32, 56, 19, 0),
    "065_add_audit_outcome.sql": Counts(32, 56, 19, 0),
    "066_guard_append_only_tables.sql": Counts(32, 56, 25, 0),
    "067_create_reporting_views.sql": Counts(32, 56, 25, 4),
    "068_index_queue_and_coordination.sql": Counts(32, 60, 25, 4),
    "069_index_open_positions.sql": Counts(32, 61, 25, 4),
    "070_high_frequency_performance_indexes.sql": Counts(32, 65, 25, 4),
    "071_index_batch_and_cleanup.sql": Counts(32, 70, 25, 4),
    "072_add_engine_tracking_columns.sql": Counts(32, 70, 25, 4),
    SETTINGS: Counts(32, 70, 25, 4),
    INDEXES: Counts(32, 103, 25, 4),
}

# An account with its orders and a fill, as a program of the time of file 049 would have left it.
OLD_LEDGER = """
INSERT INTO users (id, username, password_hash) VALUES (1, 'anna', '$scrypt$x');
INSERT INTO portfolios (id, user_id, name) VALUES (1, 1, 'book');
INSERT INTO exchange_connections (id, user_id, exchange_id, name) VALUES (7, 1, 1, 'main');
INSERT INTO volume_configuration (connection_id, base_volume_factor, max_leverage)
  VALUES (7, 2.5, 20);
INSERT INTO orders (id, connection_id, trading_pair_id, client_order_id, side, order_type, amount,
    filled, status)
  VALUES
    (1, 7, 1, 'live', 'buy', 'market', 3, 1, 'partially_filled'),
    (2, 7, 1, 'over', 'buy', 'market', 3, 4, 'open'),
    (3, 7, 1, 'done', 'buy', 'market', 3, 1, 'cancelled');
INSERT INTO trades (connection_id, order_id, trading_pair_id, side, price, amount, executed_at)
  VALUES (7, 1, 1, 'buy', 50, 1, 1700000000000);
INSERT INTO positions (portfolio_id, connection_id, trading_pair_id, side, quantity, entry_price,
    opened_at)
  VALUES (1, 7, 1, 'long', 1, 50, 1700000000000);
"""


def read_counts(connection: Connection) -> Counts:
    names = connection.read_rows(
        r"SELECT type FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'"
    )
    kinds = [str(kind) for (kind,) in names]
    return Counts(*(kinds.count(kind) for kind in ("table", "index", "trigger", "view")))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A database with all files applied and no rows but the seeds."""
    with closing(open_new(tmp_path_factory.mktemp("migrated") / "cts.db")) as connection:
        apply_files(connection, FILES)
        yield connection


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A database that held rows when the later files were applied."""
    with closing(open_new(tmp_path_factory.mktemp("ledger") / "cts.db")) as connection:
        half = FILES.index("050_backfill_order_remaining.sql")
        apply_files(connection, FILES[:half])
        connection.execute(OLD_LEDGER)
        apply_files(connection, FILES[half:])
        yield connection


# The files


def test_there_are_79_files_and_their_name_order_is_the_order_of_the_totals() -> None:
    found = sorted(path.name for path in migrations_dir().iterdir())
    assert found == list(TOTALS) == list(FILES)
    numbers = [int(name[:3]) for name in found]
    assert sorted([*range(73), 28, 36, 47, 52, 101, 102]) == numbers


@pytest.mark.parametrize("name", FILES)
def test_a_file_can_be_read_by_people(name: str) -> None:
    lines = read_text(name).splitlines()
    if name == SETTINGS:
        assert lines.pop(0) == NO_TRANSACTION
    assert re.match(r"-- \w", lines[0]), "the file begins with what it does and why"
    assert max(map(len, lines)) <= 100
    # An object of the same name and another shape must stop the migration.
    assert not re.search(r"^CREATE .*IF NOT EXISTS", "\n".join(lines), re.MULTILINE)


def test_only_the_settings_run_outside_a_transaction() -> None:
    marked = [n for n in FILES if "no-transaction" in read_text(n)]
    assert marked == [SETTINGS]


def test_every_index_names_its_query_in_the_comment_above_it() -> None:
    text = "\n".join(read_text(name) for name in FILES)
    for query in QUERIES:
        above = re.search(rf"((?:^-- .*\n)+)CREATE INDEX {query['index']}\n", text, re.MULTILINE)
        assert above is not None, query["index"]
        assert above[1].startswith(f"-- {query['id']}: ")


# What they make


def test_each_file_leaves_the_expected_number_of_objects(tmp_path: Path) -> None:
    with closing(open_new(tmp_path / "cts.db")) as connection:
        counted = {}
        for name in FILES:
            apply_file(connection, name)
            counted[name] = read_counts(connection)
    assert counted == TOTALS


def test_the_whole_is_sound_and_seeded(migrated: Connection) -> None:
    assert migrated.read_rows("PRAGMA integrity_check") == [("ok",)]
    assert migrated.read_rows("PRAGMA foreign_key_check") == []
    loose = "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND "
    assert migrated.read_rows(loose + r"NOT strict AND name NOT LIKE 'sqlite\_%' ESCAPE '\'") == []
    assert migrated.read_value("SELECT count(*) FROM exchanges") == 8
    assert migrated.read_value("SELECT count(*) FROM trading_pairs") == 16
    keys = [str(key) for (key,) in migrated.read_rows("SELECT key FROM system_settings")]
    assert len(keys) == 7
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", key) for key in keys)


def test_every_view_can_be_read(ledger: Connection) -> None:
    for (view,) in ledger.read_rows("SELECT name FROM sqlite_schema WHERE type = 'view'"):
        assert ledger.read_rows(f"SELECT * FROM {quote_identifier(str(view))}")


def test_rows_written_before_the_later_files_are_carried_over(ledger: Connection) -> None:
    remaining = ledger.read_rows("SELECT client_order_id, remaining FROM orders ORDER BY id")
    assert remaining == [("live", 2.0), ("over", 0.0), ("done", 0.0)]
    assert ledger.read_value("SELECT cost FROM trades") == 50.0
    volume = "volume_factor, max_leverage, risk_percent, credential_ref"
    assert ledger.read_rows(f"SELECT {volume} FROM exchange_connections") == [
        (2.5, 20.0, 20.0, "keyring:cts/connection/7")
    ]


def test_a_volume_that_the_new_columns_refuse_loses_nothing(tmp_path: Path) -> None:
    fold = FILES.index("061_fold_volume_configuration.sql")
    with closing(open_new(tmp_path / "cts.db")) as connection:
        apply_files(connection, FILES[:fold])
        connection.execute(OLD_LEDGER.partition("INSERT INTO orders")[0])
        connection.execute("UPDATE volume_configuration SET max_leverage = 1000")
        with pytest.raises(CtsError, match="max_leverage BETWEEN 1 AND 200"):
            apply_file(connection, FILES[fold])
        assert connection.read_value("SELECT max_leverage FROM volume_configuration") == 1000.0


def test_no_trace_of_the_key_columns_is_left_in_the_schema(migrated: Connection) -> None:
    texts = [str(sql) for (sql,) in migrated.read_rows("SELECT sql FROM sqlite_schema")]
    assert not [sql for sql in texts if re.search("api_key|api_secret|clear text", sql)]


# The settings


def test_the_settings_are_in_the_file(migrated: Connection) -> None:
    with open_database(migrated.path) as other:
        assert other.read_value("PRAGMA journal_mode") == "wal"
        assert other.read_value("PRAGMA auto_vacuum") == 2
        assert other.read_value("PRAGMA application_id") == APPLICATION_ID == 1129599811


@pytest.mark.parametrize("setting", ["journal_mode", "auto_vacuum", "application_id"])
def test_a_setting_that_did_not_take_makes_the_file_fail(tmp_path: Path, setting: str) -> None:
    path = tmp_path / "cts.db"
    create = open_database(path, "read_write", create=True)
    with closing(create if setting == "auto_vacuum" else open_new(path)) as connection:
        apply_file(connection, FILES[0])
        left_out = [s for s in read_statements(SETTINGS) if f"\nPRAGMA {setting}" not in s]
        assert len(left_out) == len(read_statements(SETTINGS)) - 1
        with pytest.raises(CtsError, match=f"{setting} is not") as caught:
            connection.execute("\n".join(left_out))
        assert caught.value.code == "constraint"


def test_an_old_file_without_auto_vacuum_fails_until_it_is_vacuumed(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "cts.db", "read_write", create=True)) as connection:
        apply_file(connection, FILES[0])
        for _ in range(2):
            with pytest.raises(CtsError, match="auto_vacuum is not INCREMENTAL"):
                apply_file(connection, SETTINGS)
        connection.execute("VACUUM")
        apply_file(connection, SETTINGS)


@pytest.mark.parametrize("done", range(len(read_statements(SETTINGS)) + 1))
def test_settings_broken_off_anywhere_are_finished_by_the_next_run(
    tmp_path: Path, done: int
) -> None:
    with closing(open_new(tmp_path / "cts.db")) as connection:
        apply_file(connection, FILES[0])
        for statement in read_statements(SETTINGS)[:done]:
            connection.execute(statement)
    with open_database(tmp_path / "cts.db", "read_write") as connection:
        apply_file(connection, SETTINGS)
        assert connection.read_value("PRAGMA journal_mode") == "wal"
        assert connection.read_value("SELECT count(*) FROM sqlite_temp_schema") == 0
