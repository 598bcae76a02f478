"""Cases of STO-05: growth."""

from cts_console.audit.disk import DiskFacts
from tests.audit.case import Case, grown

_DISK = DiskFacts(1_000_000_000, "ext4")

DEFECT = (
    Case("full in ten days", then=grown(100_000_000), disk=_DISK, objects=("growth",)),
    Case("full within a year", then=grown(2_800_000), disk=_DISK, objects=("growth",)),
    Case(
        "two months of sizes",
        then=grown(10_000_000, days=50),
        disk=_DISK,
        objects=("growth",),
    ),
)

NEAR_MISS = (
    Case("room for more than a year", then=grown(2_700_000), disk=_DISK),
    Case("no growth", then=grown(0), disk=_DISK),
    Case("no sizes kept", disk=_DISK, status="not_checked"),
    Case("sizes of one moment", then=grown(5, days=0), disk=_DISK, status="not_checked"),
    Case("smaller since yesterday", then=grown(-100), disk=_DISK, status="not_checked"),
    Case("nobody tells", then=grown(10**8), disk=DiskFacts(None, ""), status="not_checked"),
)
