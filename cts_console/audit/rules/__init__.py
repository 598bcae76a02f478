"""The rules, in the order of the catalogue. To add one: one file, and one line in `RULES`."""

from __future__ import annotations

from typing import Final

from cts_console.audit.rule import Rule
from cts_console.audit.rules.engine import (
    crd_01,
    crd_02,
    crd_03,
    eng_01,
    eng_02,
    eng_03,
    eng_04,
    eng_05,
    eng_06,
)
from cts_console.audit.rules.indexes import idx_01, idx_02, idx_03, idx_08
from cts_console.audit.rules.integrity import int_01, int_02, int_03
from cts_console.audit.rules.ledger import ord_01
from cts_console.audit.rules.logs import aud_01, log_01, log_02
from cts_console.audit.rules.migrations import mig_01
from cts_console.audit.rules.pragmas import prg_01
from cts_console.audit.rules.schema import sch_06
from cts_console.audit.rules.security import sec_01, sec_02, sec_03, sec_04, sec_05, sec_06
from cts_console.audit.rules.settings import cfg_01, cfg_02, cfg_03
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
    sec_05.RULE,
    sec_06.RULE,
    ord_01.RULE,
    eng_01.RULE,
    eng_02.RULE,
    eng_03.RULE,
    eng_04.RULE,
    eng_05.RULE,
    eng_06.RULE,
    crd_01.RULE,
    crd_02.RULE,
    crd_03.RULE,
    sec_01.RULE,
    sec_02.RULE,
    sec_03.RULE,
    sec_04.RULE,
    cfg_01.RULE,
    cfg_02.RULE,
    cfg_03.RULE,
    log_01.RULE,
    log_02.RULE,
    aud_01.RULE,
)
