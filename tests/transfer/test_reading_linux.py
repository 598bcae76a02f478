"""What only Linux tells: how far SQLite's own reader has come in a file."""

from __future__ import annotations

from cts_console.progress import Progress
from cts_console.transfer import ImportRequest, run_import


def test_progress_of_sqlite_s_own_reader_is_measured(path, write) -> None:
    file = write("a,b,c,d\n" + "".join(f"{n},{n}.5,text {n},x\n" for n in range(60_000)))
    told: list[Progress] = []
    run_import(path, file, ImportRequest("loose"), on_progress=told.append)
    read = [
        progress for progress in told if progress.note == "writing loose" and progress.bytes_done
    ]
    assert {progress.unit for progress in read} == {"bytes"}
    assert {progress.bytes_total for progress in read} == {file.stat().st_size}
    assert 0 < read[0].done < file.stat().st_size
