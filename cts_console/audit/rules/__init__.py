"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.engine import bot_01, bot_02, ind_01, pse_01
from cts_console.audit.rules.generic import ref_01
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_08
from cts_console.audit.rules.integrity import int_01, int_02, int_03, int_05
from cts_console.audit.rules.ledger import (
    ord_01,
    ord_02,
    ord_03,
    ord_04,
    ord_05,
    ord_06,
    ord_07,
    ord_08,
    ord_09,
    ord_10,
    ord_11,
    ord_12,
    ord_13,
    ord_14,
    ord_15,
    ord_16,
    trd_01,
    trd_02,
    trd_03,
    trd_04,
    trd_05,
    trd_06,
    trd_07,
    trd_08,
    trd_09,
    trd_10,
    trd_11,
    trd_12,
    trd_13,
)
from cts_console.audit.rules.migrations import mig_01
from cts_console.audit.rules.pragmas import prg_01
from cts_console.audit.rules.schema import sch_06
from cts_console.audit.rules.storage import sto_01, sto_02

RULES: Final[tuple[Rule, ...]] = (
    int_01.RULE,
    int_02.RULE,
    int_03.RULE,
    int_05.RULE,
    sch_06.RULE,
    idx_01.RULE,
    idx_02.RULE,
    idx_03.RULE,
    idx_08.RULE,
    prg_01.RULE,
    sto_01.RULE,
    sto_02.RULE,
    mig_01.RULE,
    ord_01.RULE,
    ord_02.RULE,
    ord_03.RULE,
    ord_04.RULE,
    ord_05.RULE,
    ord_06.RULE,
    ord_07.RULE,
    ord_08.RULE,
    ord_09.RULE,
    ord_10.RULE,
    ord_11.RULE,
    ord_12.RULE,
    ord_13.RULE,
    ord_14.RULE,
    ord_15.RULE,
    ord_16.RULE,
    trd_01.RULE,
    trd_02.RULE,
    trd_03.RULE,
    trd_04.RULE,
    trd_05.RULE,
    trd_06.RULE,
    trd_07.RULE,
    trd_08.RULE,
    trd_09.RULE,
    trd_10.RULE,
    trd_11.RULE,
    trd_12.RULE,
    trd_13.RULE,
    bot_01.RULE,
    bot_02.RULE,
    ref_01.RULE,
    ind_01.RULE,
    pse_01.RULE,
)
