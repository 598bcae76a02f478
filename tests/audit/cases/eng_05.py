"""Cases of ENG-05: an engine that keeps failing."""

from tests.audit.case import Case
from tests.audit.cases.eng_01 import engine

_FOUND = ("trade_engine_state.consecutive_errors",)

DEFECT = (
    Case("five in a row", engine(consecutive_errors=5), base="cts", objects=_FOUND),
    Case("and stopped", engine(consecutive_errors=90, status="error"), base="cts", objects=_FOUND),
)

NEAR_MISS = (
    Case("four in a row", engine(consecutive_errors=4), base="cts"),
    Case("the legacy shape does not count", base="cts_legacy", status="not_checked"),
    Case("no engines", base="freqtrade", status="not_applicable"),
)
