"""The side database where its owner may not write, or the disk is full."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cts_console.errors import CtsError
from cts_console.store import open_store, rename_damaged_store, store_path
from tests.sqlite.children import run_python

UNWRITABLE = """
import json, os, sys
from cts_console.errors import CtsError
from cts_console.store import open_store, rename_damaged_store
import cts_console.sqlite, platformdirs
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
answers = []
for call in (open_store, rename_damaged_store):
    try:
        answers.append(str(call()))
    except CtsError as error:
        answers.append([error.code, bool(error.hint)])
print(json.dumps(answers))
"""

FULL = """
import json, resource
from cts_console.errors import CtsError
from cts_console.store import open_store
from tests.store.test_store import HERE, document
import os, sys
answers = []
limit = int(sys.argv[1])
if limit < 50_000:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    with open_store() as store:
        store.record_audit(HERE, document())
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        store.record_audit(HERE, document(findings=[os.urandom(limit).hex()]))
    answers.append("kept")
except CtsError as error:
    answers.append(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with open_store() as store:
    answers.append(store.record_audit(HERE, document()))
print(json.dumps(answers))
"""


def test_a_home_that_may_not_be_written(shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared_home.chmod(0o555)
    opened, renamed = json.loads(run_python(UNWRITABLE))
    assert opened == ["no_permission", True]
    assert renamed == "None"


def test_a_store_that_belongs_to_another(shared_home: Path) -> None:
    open_store().close()
    store_path().chmod(0o400)
    store_path().parent.chmod(0o500)
    opened, renamed = json.loads(run_python(UNWRITABLE))
    assert opened[0] in ("no_permission", "read_only")
    assert opened[1]
    assert renamed == ["no_permission", True]
    assert store_path().exists()


@pytest.mark.parametrize(("limit", "kept"), [(1_000, 0), (20_000, 0), (100_000, 1)])
def test_a_full_disk(limit: int, kept: int) -> None:
    """Full at the first page, within the schema, and at the second record: then it goes on."""
    assert json.loads(run_python(FULL, limit)) == ["disk_full", kept + 1]


def test_a_file_in_the_place_of_the_folder(console_home: Path) -> None:
    console_home.write_text("not a folder")
    with pytest.raises(CtsError) as caught:
        open_store()
    assert caught.value.code == "usage"
    assert caught.value.hint


def test_a_folder_in_the_place_of_the_file(console_home: Path) -> None:
    store_path().mkdir(parents=True)
    with pytest.raises(CtsError) as caught:
        open_store()
    assert caught.value.code == "not_a_file"


def test_a_folder_that_is_open_to_others_is_closed(console_home: Path) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().parent.chmod(0o755)
    open_store().close()
    assert store_path().parent.stat().st_mode & 0o777 == 0o700
    assert store_path().stat().st_mode & 0o777 == 0o600


def test_a_home_reached_through_a_link(tmp_path: Path, console_home: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    console_home.symlink_to(tmp_path / "elsewhere")
    with open_store():
        assert (tmp_path / "elsewhere" / "data" / "console.db").is_file()
    assert rename_damaged_store() is not None
