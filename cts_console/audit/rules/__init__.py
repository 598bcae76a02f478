"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.generic import (
    gen_02,
    gen_03,
    gen_04,
    gen_05,
    gen_06,
    gen_07,
    gen_09,
)
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_06, idx_08
from cts_console.audit.rules.integrity import int_01, int_02, int_03
from cts_console.audit.rules.ledger import ord_01
from cts_console.audit.rules.migrations import mig_01
from cts_console.audit.rules.pragmas import prg_01
from cts_console.audit.rules.schema import sch_05, sch_06, sch_08
from cts_console.audit.rules.storage import sto_01, sto_02

RULES: Final[tuple[Rule, ...]] = (
    int_01.RULE,
    int_02.RULE,
    int_03.RULE,
    sch_05.RULE,
    sch_06.RULE,
    sch_08.RULE,
    idx_01.RULE,
    idx_02.RULE,
    idx_03.RULE,
    idx_06.RULE,
    idx_08.RULE,
    prg_01.RULE,
    sto_01.RULE,
    sto_02.RULE,
    mig_01.RULE,
    ord_01.RULE,
    gen_02.RULE,
    gen_03.RULE,
    gen_04.RULE,
    gen_05.RULE,
    gen_06.RULE,
    gen_07.RULE,
    gen_09.RULE,
)
