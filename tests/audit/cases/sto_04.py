"""Cases of STO-04: network and shared file systems."""

from cts_console.audit.disk import DiskFacts
from tests.audit.case import Case

_FOUND = ("file system",)

DEFECT = (
    *(
        Case(kind, disk=DiskFacts(10**9, kind), objects=_FOUND, confidence="certain")
        for kind in ("nfs4", "cifs", "fuse.sshfs")
    ),
    *(
        Case(kind, disk=DiskFacts(10**9, kind), objects=_FOUND, confidence="likely")
        for kind in ("9p", "vboxsf", "virtiofs", "drvfs")
    ),
    Case(
        "in WAL mode",
        "PRAGMA journal_mode = WAL; CREATE TABLE t (a);",
        disk=DiskFacts(10**9, "nfs"),
        objects=_FOUND,
        severity="warning",
    ),
)

NEAR_MISS = (
    *(
        Case(kind, disk=DiskFacts(10**9, kind))
        for kind in ("ext4", "overlay", "btrfs", "zfs", "xfs", "tmpfs", "fuseblk")
    ),
    Case("where it really lies"),
    Case("nobody tells", disk=DiskFacts(10**9, ""), status="not_checked"),
)
