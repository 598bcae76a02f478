"""The database lies on a network or shared file system.

What it finds: a file system that other machines write as well (NFS, SMB, sshfs and the like), or a
folder that a virtual machine or container shares with its host (9p, vboxsf, virtiofs).

Why a trader cares: WAL mode needs shared memory between all programs that use the file, which no
network gives; and many of these systems answer a request for a lock without taking it. Two programs
then write at once, and the file is damaged.

What to do: move the file to a disk of the machine on which the engine runs, and let others read a
backup.

Tolerance and false positives: only Linux tells what a folder lies on; elsewhere nothing is judged.
Whether a second machine really uses the file cannot be seen. A folder shared with the host works
while programs on one side alone use it, so there the finding says "likely".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule

_NETWORK: Final = frozenset(
    {
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.ceph",
        "fuse.davfs",
        "fuse.davfs2",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.mount-s3",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "orangefs",
        "smb2",
        "smb3",
        "smbfs",
    }
)
_SHARED: Final = frozenset(
    {
        "9p",
        "drvfs",
        "fakeowner",
        "fuse.grpcfuse",
        "fuse.osxfs",
        "fuse.vmhgfs-fuse",
        "prl_fs",
        "vboxsf",
        "virtiofs",
        "vmhgfs",
    }
)


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield one finding where the file system is of such a kind."""
    kind = context.disk.file_system
    if not kind:
        raise NotCheckedError("this system does not tell on which file system the file lies")
    if kind not in _NETWORK | _SHARED:
        return
    what = "a network file system" if kind in _NETWORK else "a folder shared with another system"
    mode = (
        "The file is in WAL mode, whose shared memory works on one machine only."
        if context.header.is_wal
        else "Locks are all that keeps two writers apart, and such systems often do not take them."
    )
    yield RULE.finding(
        object="file system",
        cause=kind,
        title=f"The database lies on {what} ({kind})",
        detail=f"{mode} Two programs on two systems can damage the file without an error.",
        recommendation=(
            "Move the file to a disk of the machine on which the engine runs, while no program has "
            "it open; give others a backup to read."
        ),
        evidence=Evidence.of(("path", "file system"), [(str(context.path), kind)]),
        confidence="certain" if kind in _NETWORK else "likely",
    )


RULE = Rule(
    id="STO-04",
    title="Database on a network or shared file system",
    category="storage",
    severity="warning",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
)
