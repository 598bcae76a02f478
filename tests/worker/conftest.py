"""Real threads on real files; every client has ended when its test has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cts_console.worker import Client
from tests.worker.work import Asker, make_database


@pytest.fixture
def client(qapp) -> Iterator[Client]:
    made = Client("test")
    yield made
    assert made.shutdown()
    qapp.processEvents()


@pytest.fixture
def asker(client: Client) -> Asker:
    return Asker(client)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return make_database(tmp_path / "worker.db")
