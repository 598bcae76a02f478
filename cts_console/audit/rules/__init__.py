"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_04, idx_05, idx_08
from cts_console.audit.rules.integrity import int_01, int_02, int_03
from cts_console.audit.rules.ledger import ord_01
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
    idx_04.RULE,
    idx_05.RULE,
    idx_08.RULE,
    prg_01.RULE,
    sto_01.RULE,
    sto_02.RULE,
    mig_01.RULE,
    ord_01.RULE,
)
