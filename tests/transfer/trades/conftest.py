from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.transfer.trades.books import make_book


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CTS_CONSOLE_HOME", str(folder / "home"))
        make_book(folder / "book.db")
    return folder / "book.db"


@pytest.fixture
def book(empty_book: Path, tmp_path: Path) -> Path:
    """Accounts and pairs, and no trade."""
    return Path(shutil.copy(empty_book, tmp_path / "book.db"))


@pytest.fixture
def history(tmp_path: Path) -> Path:
    return tmp_path / "history.csv"
