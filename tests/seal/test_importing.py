"""Seals carried to another machine: which one stays, which are refused, what a file may hold."""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cts_console.audit.seal import export_seals, import_seals, seal_tables, verify_seals
from cts_console.audit.seal.files import _check
from cts_console.errors import CtsError
from cts_console.progress import CancelToken
from cts_console.sqlite import open_database, transaction
from cts_console.store import store_path
from tests.seal.test_seal import ROWS, named, run

Document = dict[str, Any]
UseHome = Callable[[str], None]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.db"
    run(
        path,
        "CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT)",
        f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) "
        "INSERT INTO log SELECT i, 'line' FROM n",
    )
    return path


@pytest.fixture
def use_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UseHome:
    """Go on with the records of another machine."""

    def use(name: str) -> None:
        monkeypatch.setenv("CTS_CONSOLE_HOME", str(tmp_path / name))

    return use


def export(path: Path, name: str, *, anew: bool = False) -> Path:
    file = path.with_name(name)
    seal_tables(path, ["log"], export=file, anew=anew)
    return file


def results(path: Path, file: Path, **options: Any) -> list[tuple[str, int]]:
    return [(each.result, each.seal.rows) for each in import_seals(path, file, **options)]


def add_rows(path: Path, count: int) -> None:
    run(path, *["INSERT INTO log (line) VALUES ('more')"] * count)


def test_a_seal_goes_to_another_machine(log: Path, use_home: UseHome):
    file = export(log, "a.seal")
    before = log.read_bytes()
    use_home("elsewhere")
    assert results(log, file) == [("new", ROWS)]
    assert log.read_bytes() == before
    assert verify_seals(log)[0].is_true
    run(log, "DELETE FROM log WHERE id = 7", "UPDATE log SET line = '' WHERE id = 9000")
    # Without the rows' short hashes, what differs is told by its block.
    assert named(log) == [(0, [], [7]), (2, [], [])]


def test_the_same_seal_again_keeps_the_short_hashes(log: Path):
    file = export(log, "a.seal")
    assert results(log, file) == [("kept", ROWS)]
    run(log, "UPDATE log SET line = '' WHERE id = 9000")
    assert named(log) == [(2, [9000], [])]


def test_the_one_that_covers_more_rows_stays(log: Path, use_home: UseHome):
    short = export(log, "short.seal")
    add_rows(log, 5)
    long = export(log, "long.seal")
    assert results(log, short) == [("kept", ROWS + 5)]
    use_home("elsewhere")
    assert results(log, short) == [("new", ROWS)]
    assert results(log, long) == [("extended", ROWS + 5)]
    assert results(log, short) == [("kept", ROWS + 5)]
    add_rows(log, 1)
    assert seal_tables(log, ["log"])[0].rows == ROWS + 6
    assert verify_seals(log)[0].is_true


def test_sealing_anew_finds_the_short_hashes_again(log: Path, use_home: UseHome):
    file = export(log, "a.seal")
    use_home("elsewhere")
    import_seals(log, file)
    seal_tables(log, ["log"], anew=True)
    run(log, "UPDATE log SET line = '' WHERE id = 3")
    assert named(log) == [(0, [3], [])]


def test_two_that_contradict_each_other_are_refused(log: Path):
    file = export(log, "a.seal")
    run(log, "UPDATE log SET line = 'other' WHERE id = 5")
    (kept,) = seal_tables(log, ["log"], anew=True)
    with pytest.raises(CtsError) as caught:
        import_seals(log, file)
    root = json.loads(file.read_text())["seals"][0]["root"]
    assert caught.value.code == "constraint"
    assert all(told in caught.value.message for told in (kept.root, root, "Z, root"))
    assert verify_seals(log)[0].root == kept.root
    assert results(log, file, replaces=True) == [("replaced", ROWS)]
    assert named(log) == [(0, [], [])]


def test_a_longer_one_over_an_altered_block_is_refused(log: Path):
    """The last block was not complete: only the rows tell whether both seals say the same."""
    export(log, "short.seal")
    run(log, f"UPDATE log SET line = 'other' WHERE id = {ROWS}")
    home = store_path().parent
    shutil.copytree(home, home.with_name("before"))
    add_rows(log, 3)
    long = export(log, "long.seal", anew=True)
    shutil.rmtree(home)
    shutil.copytree(home.with_name("before"), home)
    with pytest.raises(CtsError, match="contradict"):
        import_seals(log, long)
    assert named(log) == [(2, [ROWS], [])]


def test_seals_over_other_columns_contradict(log: Path):
    file = export(log, "a.seal")
    run(log, "ALTER TABLE log ADD COLUMN note TEXT")
    seal_tables(log, ["log"])
    with pytest.raises(CtsError, match="contradict"):
        import_seals(log, file)


def test_a_table_that_is_not_there_is_named(log: Path):
    run(log, "CREATE TABLE other (a TEXT)")
    file = log.with_name("two.seal")
    seal_tables(log, ["log", "other"], export=file)
    run(log, "DROP TABLE other", "ALTER TABLE log RENAME TO l", "ALTER TABLE l RENAME TO LOG")
    with pytest.raises(CtsError, match="a seal of other, which") as caught:
        import_seals(log, file)
    assert caught.value.code == "usage"
    assert [each.seal.table for each in import_seals(log, file, ["Log"])] == ["LOG"]
    with pytest.raises(CtsError, match="no seal of nothing"):
        import_seals(log, file, ["nothing"])


def test_a_renamed_table_made_again_is_another(log: Path):
    file = export(log, "a.seal")
    run(log, "ALTER TABLE log RENAME TO old_log", "CREATE TABLE log (id INTEGER PRIMARY KEY)")
    (verdict,) = verify_seals(log, file=file)
    assert (verdict.is_true, verdict.columns_gone, verdict.schema_changed) == (
        False,
        ("line",),
        True,
    )
    missing = [key for difference in verdict.differs for key in difference.missing]
    assert len(missing) == ROWS


def test_a_seal_of_tomorrow_is_a_seal(log: Path, use_home: UseHome):
    """A clock that was set back: what counts is which one was kept last."""
    file = changed(export(log, "a.seal"), lambda seal: seal | {"at_ms": 4_102_444_800_000})
    use_home("elsewhere")
    assert results(log, file) == [("new", ROWS)]
    assert verify_seals(log)[0].is_true
    add_rows(log, 1)
    assert seal_tables(log, ["log"])[0].rows == ROWS + 1
    assert verify_seals(log)[0].sealed_rows == ROWS + 1


def test_a_stop_keeps_what_was_kept(log: Path):
    file = export(log, "a.seal")
    (before,) = seal_tables(log, ["log"], anew=True)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CtsError) as caught:
        import_seals(log, file, replaces=True, cancel=cancel)
    assert caught.value.code == "cancelled"
    assert verify_seals(log)[0].root == before.root


def changed(file: Path, change: Callable[[Document], Document]) -> Path:
    """Change the first seal of a file, and its hash with it, as somebody would who knows how."""
    document = json.loads(file.read_text())
    del document["check"]
    document["seals"][0] = change(document["seals"][0])
    file.write_text(json.dumps({**document, "check": _check(document)}))
    return file


def packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode())).decode()


def with_block(**values: Any) -> Callable[[Document], Document]:
    def change(seal: Document) -> Document:
        first, *rest = seal["blocks"]
        return seal | {"blocks": [first | values, *rest]}

    return change


@pytest.mark.parametrize(
    "change",
    [
        lambda seal: seal | {"at_ms": 10**30},
        lambda seal: seal | {"at_ms": -1},
        lambda seal: seal | {"at_ms": True},
        lambda seal: seal | {"table": "log\ud800"},
        lambda seal: seal | {"table": ["log"]},
        lambda seal: seal | {"columns": {"id": 1}},
        lambda seal: seal | {"algorithm": "md5"},
        lambda seal: seal | {"root": "00" * 32},
        lambda seal: seal | {"block_rows": 0},
        lambda seal: seal | {"blocks": 3},
        lambda seal: seal | {"blocks": [3]},
        lambda seal: seal.clear() or seal,
        with_block(rows=float("inf")),
        with_block(rows=-4096),
        with_block(rows=4095),
        with_block(hash="00"),
        with_block(hash=7),
        with_block(to_key=[2**70]),
        with_block(to_key=[float("nan")]),
        with_block(to_key=["\ud800"]),
        with_block(to_key=[1]),
        with_block(keys="!"),
        with_block(keys=""),
        with_block(keys=packed("[" * 100_000)),
        with_block(keys=packed('{"steps": [' + "0," * 4095 + "4096]}")),
        with_block(keys=packed('{"steps": [' + "0," * 20_000_000 + "0]}")),
        with_block(keys=packed('{"steps": [' + "1," * 4095 + '"1"]}')),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_a_seal_is_damaged(
    log: Path, use_home: UseHome, change: Callable[[Document], Document]
):
    file = changed(export(log, "a.seal"), change)
    use_home("elsewhere")
    with pytest.raises(CtsError) as caught:
        import_seals(log, file)
    assert caught.value.code == "damaged"
    with pytest.raises(CtsError):
        verify_seals(log)


def test_two_seals_of_one_table_are_refused(log: Path):
    file = export(log, "a.seal")
    document = json.loads(file.read_text())
    del document["check"]
    document["seals"] *= 2
    file.write_text(json.dumps({**document, "check": _check(document)}))
    with pytest.raises(CtsError, match="two seals of log"):
        import_seals(log, file)


def test_a_truncated_file_is_no_seal_and_a_newer_one_is_said(log: Path):
    file = export(log, "a.seal")
    text = file.read_text()
    file.write_text(text[: len(text) // 2])
    with pytest.raises(CtsError) as caught:
        import_seals(log, file)
    assert caught.value.code == "usage"
    file.write_text(text.replace("cts-console seal 1", "cts-console seal 2"))
    with pytest.raises(CtsError) as caught:
        import_seals(log, file)
    assert caught.value.code == "too_new"


def test_what_is_no_file_is_not_read(log: Path, tmp_path: Path):
    with pytest.raises(CtsError) as caught:
        import_seals(log, tmp_path)
    assert caught.value.code == "not_a_file"
    large = tmp_path / "large.seal"
    large.touch()
    os.truncate(large, 2**28 + 1)
    with pytest.raises(CtsError, match="no seal of this program"):
        import_seals(log, large)


def test_locked_records_are_told_and_stay(log: Path, monkeypatch: pytest.MonkeyPatch):
    file = export(log, "a.seal")
    (before,) = seal_tables(log, ["log"], anew=True)
    monkeypatch.setattr("cts_console.store.store.BUSY_TIMEOUT_MS", 50)
    with (
        open_database(store_path(), "read_write") as other,
        transaction(other),
        pytest.raises(CtsError) as caught,
    ):
        import_seals(log, file, replaces=True)
    assert (caught.value.code, "records" in caught.value.title) == ("locked", True)
    assert verify_seals(log)[0].root == before.root


def test_damaged_records_are_told(log: Path):
    file = export(log, "a.seal")
    store_path().write_bytes(b"no database" * 500)
    for suffix in ("-wal", "-shm"):
        store_path().with_name(store_path().name + suffix).unlink(missing_ok=True)
    with pytest.raises(CtsError) as caught:
        import_seals(log, file)
    assert "records" in caught.value.title
    assert verify_seals(log, file=file)[0].is_true


@pytest.mark.parametrize("fails", ["os.fsync", "os.link"])
def test_an_export_on_a_full_disk_leaves_nothing(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
):
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    seal_tables(log, ["log"])
    folder = tmp_path / "stick"
    folder.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(fails, full)
        with pytest.raises(CtsError) as caught:
            export_seals(log, folder / "a.seal")
    assert (caught.value.code, list(folder.iterdir())) == ("disk_full", [])
    assert export_seals(log, folder / "a.seal", ["LOG"]).exists()
    assert [each.name for each in folder.iterdir()] == ["a.seal"]


def test_an_export_never_takes_the_place_of_a_file(log: Path, tmp_path: Path):
    seal_tables(log, ["log"])
    for target in (log, tmp_path, tmp_path / "no" / "a.seal", Path("a\0b")):
        with pytest.raises(CtsError):
            export_seals(log, target)
    with pytest.raises(CtsError, match="No seal"):
        export_seals(log, tmp_path / "a.seal", ["nothing"])
    assert not (tmp_path / "a.seal").exists()
