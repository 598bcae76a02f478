"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_08
from cts_console.audit.rules.integrity import int_01, int_02, int_03
from cts_console.audit.rules.ledger import (
    ord_01,
    pf_01,
    pf_02,
    pf_03,
    pf_04,
    pos_01,
    pos_02,
    pos_03,
    pos_04,
    pos_05,
    pos_06,
    pos_07,
    pos_08,
    pos_09,
    pos_10,
    pos_11,
    pos_12,
    pos_13,
    pos_14,
    pos_15,
)
from cts_console.audit.rules.migrations import mig_01
from cts_console.audit.rules.pragmas import prg_01
from cts_console.audit.rules.schema import sch_06
from cts_console.audit.rules.storage import sto_01, sto_02

RULES: Final[tuple[Rule, ...]] = (
    int_01.RULE,
    int_02.RULE,
    int_03.RULE,
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
    pos_01.RULE,
    pos_02.RULE,
    pos_03.RULE,
    pos_04.RULE,
    pos_05.RULE,
    pos_06.RULE,
    pos_07.RULE,
    pos_08.RULE,
    pos_09.RULE,
    pos_10.RULE,
    pos_11.RULE,
    pos_12.RULE,
    pos_13.RULE,
    pos_14.RULE,
    pos_15.RULE,
    pf_01.RULE,
    pf_02.RULE,
    pf_03.RULE,
    pf_04.RULE,
)
