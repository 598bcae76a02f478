"""The lists of seals and of what differs: contract with views, words, order, hostile names."""

from __future__ import annotations

import pytest

from cts_console.audit.seal import BlockDifference, Seal, SealedTable, TableVerdict
from cts_console.audit.seal.model import ALGORITHM, Block
from cts_console.ui.clock import Clock
from cts_console.ui.models.listed import Role
from cts_console.ui.models.seals_model import (
    MOST_ROWS,
    DifferencesModel,
    SealItem,
    SealsModel,
    count_different,
    different_rows,
)


def seal(table: str, rows: int = 3) -> Seal:
    block = Block(rows, bytes(32), (rows,), b"", b"")
    return Seal(table, ("id",), (), (), 4096, ALGORITHM, "", 1_700_000_000_123, (block,))


def verdict(*differs: BlockDifference, more: int = 0) -> TableVerdict:
    return TableVerdict("log", 3, differs, 0, more_blocks=more)


BAD = verdict(BlockDifference(0, (1,), (3,), ((2,),), ((3,),)))
ITEMS = (
    SealItem(SealedTable("b", seal("b"), rows_since=4)),
    SealItem(SealedTable("c", seal("c", 20)), verdict(), 1_700_000_000_999),
    SealItem(SealedTable("a")),
    SealItem(SealedTable("d", problem="The seal cannot be read: <b>.")),
    SealItem(SealedTable("e\n<b>\x1b", seal("e"), rows_since=0), BAD, 1_700_000_000_999),
)


@pytest.fixture
def model(theme) -> SealsModel:
    made = SealsModel(theme, Clock("utc"))
    made.set_items(ITEMS)
    return made


def column(model, number: int) -> list[str]:
    return [model.index(row, number).data() for row in range(model.rowCount())]


def test_they_keep_their_contract(model, qtmodeltester):
    qtmodeltester.check(model)
    model.set_items([])
    qtmodeltester.check(model)
    differences = DifferencesModel()
    differences.set_verdict(BAD)
    qtmodeltester.check(differences)


def test_the_words(model):
    assert column(model, 0) == ["a", "b", "c", "d", r"e\n<b>\x1b"]
    assert column(model, 1) == [
        "not sealed",
        "sealed, not verified in this session",
        "as sealed (verified 2023-11-14 22:13:20 UTC)",
        "the kept seal cannot be read",
        "NOT as sealed (2023-11-14 22:13:20 UTC)",
    ]
    assert column(model, 2) == ["–", "3", "20", "–", "3"]
    assert column(model, 3) == ["–", "4", "unknown", "–", "0"]
    assert column(model, 4)[:2] == ["–", "2023-11-14 22:13:20 UTC"]
    root = model.index(1, 5)
    assert root.data() == f"{'00' * 6}…"
    assert root.data(Role.ToolTipRole) == "00" * 32
    assert "&lt;b&gt;" in model.index(3, 1).data(Role.ToolTipRole)


def test_a_table_that_is_gone_is_not_as_sealed_whoever_verified_it(model):
    model.set_items([SealItem(SealedTable("log", seal("log"), is_gone=True))])
    assert column(model, 1) == ["NOT as sealed: the table is gone"]
    assert column(model, 3) == ["–"]


@pytest.mark.parametrize("number", range(6))
def test_every_column_sorts(model, number: int):
    model.sort(number)
    assert sorted(column(model, 0)) == ["a", "b", "c", "d", r"e\n<b>\x1b"]


def test_what_differs_is_bounded():
    many = tuple((key,) for key in range(MOST_ROWS))
    told = verdict(
        BlockDifference(0, (0,), (4095,), many, ((4000,),)),
        BlockDifference(1, (4096,), (8191,), (), ()),
        more=5,
    )
    assert len(different_rows(told)) == MOST_ROWS
    assert count_different(told) == MOST_ROWS + 1 + 1 + 5
    model = DifferencesModel()
    model.set_verdict(verdict(BlockDifference(1, (4096,), (8191,), (), ())))
    assert [model.index(0, at).data() for at in range(3)] == [
        "1",
        "4096 – 8191",
        "the block differs; which of its rows is not known",
    ]
