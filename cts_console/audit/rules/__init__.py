"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_07, idx_08, idx_09, idx_10
from cts_console.audit.rules.integrity import int_01, int_02, int_03, int_04, int_06, ver_01
from cts_console.audit.rules.ledger import ord_01
from cts_console.audit.rules.migrations import mig_01, mig_02, mig_03
from cts_console.audit.rules.pragmas import prg_01, prg_03
from cts_console.audit.rules.schema import sch_01, sch_02, sch_03, sch_04, sch_06, sch_07, sch_09
from cts_console.audit.rules.storage import sto_01, sto_02, sto_03, sto_04, sto_05, sto_06

RULES: Final[tuple[Rule, ...]] = (
    int_01.RULE,
    int_02.RULE,
    int_03.RULE,
    int_04.RULE,
    int_06.RULE,
    sch_01.RULE,
    sch_02.RULE,
    sch_03.RULE,
    sch_04.RULE,
    sch_06.RULE,
    sch_07.RULE,
    sch_09.RULE,
    idx_01.RULE,
    idx_02.RULE,
    idx_03.RULE,
    idx_07.RULE,
    idx_08.RULE,
    idx_09.RULE,
    idx_10.RULE,
    prg_01.RULE,
    prg_03.RULE,
    sto_01.RULE,
    sto_02.RULE,
    sto_03.RULE,
    sto_04.RULE,
    sto_05.RULE,
    sto_06.RULE,
    mig_01.RULE,
    mig_02.RULE,
    mig_03.RULE,
    ver_01.RULE,
    ord_01.RULE,
)
