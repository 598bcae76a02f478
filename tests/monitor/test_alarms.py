"""Alarms ring once, are over when things are clearly better, and claim nothing unknown."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_console.monitor import RowGrowth, Sample, TableRows
from cts_console.monitor.alarm_command import AlarmCommand, run_command
from cts_console.monitor.alarms import AlarmRules, AlarmState, watch_sample

START_MS = 1_700_000_000_000
QUIET = Sample(
    at_ms=START_MS,
    interval_s=1.0,
    commits=0,
    frames=0,
    wal_bytes_written=0,
    wal_bytes=0,
    wal_frames=0,
    wal_frames_checkpointed=0,
    size_bytes=0,
    checkpoints=0,
    missed=0,
    journal_mode="wal",
)


def watch(rules: AlarmRules, samples, engine_claims=True):
    """Return the changes of all samples, as (second, name, rings)."""
    state, told = AlarmState(), []
    for second, sample in enumerate(samples):
        at = replace(sample, at_ms=START_MS + 1000 * second)
        state, changes = watch_sample(rules, state, at, engine_claims)
        told += [(second, change.name, change.rings) for change in changes]
    return told


def wal(*megabytes: float):
    return [replace(QUIET, wal_bytes=int(size * 1e6)) for size in megabytes]


def rows(*counts: int, table: str = "trades"):
    return [
        replace(QUIET, rows_per_table=RowGrowth(1.0, (TableRows(table, count),), 0))
        for count in counts
    ]


def test_without_rules_nothing_rings():
    assert not AlarmRules().is_on
    assert watch(AlarmRules(), [*wal(1e6), *rows(0) * 100]) == []


def test_silence_rings_once_and_is_over_with_the_next_commit():
    samples = [QUIET] * 15 + [replace(QUIET, commits=3)] + [QUIET] * 5
    told = watch(AlarmRules(silence_s=10), samples)
    assert told == [(11, "silence", True), (15, "silence", False)]


def test_silence_is_none_while_no_engine_says_that_it_runs():
    assert watch(AlarmRules(silence_s=10), [QUIET] * 30, engine_claims=False) == []
    assert watch(AlarmRules(silence_s=10), [QUIET] * 30, engine_claims=None) == []


def test_it_is_over_when_the_engine_says_that_it_has_stopped():
    state = AlarmState(since_ms=START_MS)
    rules, later = AlarmRules(silence_s=5), replace(QUIET, at_ms=START_MS + 9_000)
    state, changes = watch_sample(rules, state, later, engine_claims=True)
    assert changes[0].value == 9.0
    state, changes = watch_sample(rules, state, later, engine_claims=None)
    assert changes == ()
    state, changes = watch_sample(rules, state, later, engine_claims=False)
    assert [change.rings for change in changes] == [False]


def test_a_log_at_its_limit_does_not_flutter():
    told = watch(AlarmRules(wal_mb=100), wal(99, 101, 99, 101, 95, 101, 80, 99, 101))
    assert told == [
        (1, "wal_size", True),
        (6, "wal_size", False),
        (8, "wal_size", True),
    ]


def test_few_rows_are_a_mean_over_half_a_minute_and_need_as_long():
    assert watch(AlarmRules(rows_per_s=10), rows(*[0] * 20)) == []
    told = watch(AlarmRules(rows_per_s=10), rows(*[20] * 40, *[0] * 40, *[30] * 40))
    assert [(name, rings) for _, name, rings in told] == [("few_rows", True), ("few_rows", False)]
    assert 50 < told[0][0] < 62
    assert told[1][0] > 80


def test_few_rows_of_one_table():
    busy = rows(*[99] * 60, table="candles")
    assert watch(AlarmRules(rows_per_s=10, table="candles"), busy) == []
    assert watch(AlarmRules(rows_per_s=10, table="trades"), busy)[0][1:] == ("few_rows", True)


def test_a_rule_that_is_taken_away_rings_no_more_and_says_nothing():
    state = AlarmState(ringing={"wal_size": START_MS})
    state, changes = watch_sample(AlarmRules(), state, QUIET, engine_claims=True)
    assert (changes, state.ringing) == ((), {})


def test_a_rollback_journal_has_no_log_that_could_be_too_large():
    sample = replace(QUIET, journal_mode="rollback")
    assert watch(AlarmRules(wal_mb=0.1, silence_s=2), [sample] * 2) == []


@given(st.lists(st.floats(0, 1000), max_size=60), st.floats(0.1, 900))
def test_rings_and_ends_take_turns(sizes, limit):
    told = watch(AlarmRules(wal_mb=limit), wal(*sizes))
    assert [rings for *_, rings in told] == [place % 2 == 0 for place in range(len(told))]


def test_a_command_is_an_argument_list_and_knows_the_facts():
    code = "import os, sys; print(os.environ['CTS_MESSAGE'], sys.argv[1:])"
    result = run_command([sys.executable, "-c", code, "$(id); *"], {"CTS_MESSAGE": "`x`"})
    assert (result.code, result.problem) == (0, "")
    assert result.output == "`x` ['$(id); *']"


def test_a_command_that_does_not_end_is_ended():
    result = run_command(
        [sys.executable, "-uc", "import time; print('here'); time.sleep(60)"], {}, longest_s=1.0
    )
    assert result.code is None
    assert "ended after" in result.problem
    assert result.output == "here"


@pytest.mark.parametrize("arguments", [["/no/such/program"], [""], ["a\0b"], []])
def test_a_command_that_cannot_be_started_says_so(arguments):
    assert "could not be started" in run_command(arguments, {}).problem


def test_one_command_at_a_time(tmp_path):
    command = AlarmCommand()
    gate = tmp_path / "gate"
    code = (
        "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.01)"
    )
    assert command.start([sys.executable, "-c", code, str(gate)], {})
    assert not command.start([sys.executable, "-c", code, str(gate)], {})
    gate.touch()
    command.wait(20)
    assert command.start([sys.executable, "-c", code, str(gate)], {})
    command.wait(20)
