"""A header that makes no sense, or a file shorter or longer than its header says.

What it finds: fields of the first 100 bytes outside the format
(https://sqlite.org/fileformat.html#the_database_header), and a size of the file that is not the
number of pages in the header times the page size.

Why a trader cares: a shorter file has lost data, usually by a copy that ended early or a full disk;
a longer one was written over by something that is not SQLite. Nothing that is read from such a file
can be relied on.

What to do: copy the file and its `-wal` aside before anything else, then compare with the last
verified backup. A copy that ended early is made again.

Tolerance and false positives: the page count counts only where the header marks it as valid. While
the `-wal` holds frames that are not in the main file yet, or a rollback journal is live, the main
file is allowed to be in between, and its size is not judged. What looks wrong is read three times,
a tenth of a second apart, before it is reported, because another process may be writing. A file
that ends in zeroes may have been made longer in advance (`SQLITE_FCNTL_CHUNK_SIZE`): then the
finding says "likely".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from cts_console.audit.facts import has_live_journal, read_file_facts, read_wal_frames
from cts_console.audit.finding import Evidence, Finding
from cts_console.audit.rule import AuditContext, Needs, NotCheckedError, Rule
from cts_console.sqlite import FileHeader, Row, read_header

_READS: Final = 3
_BETWEEN_READS_S: Final = 0.1
_SMALLEST_USABLE_BYTES: Final = 480
_TAIL_BYTES: Final = 65_536

_Trouble = Literal["header", "shorter", "longer"]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one reading of header and size showed."""

    header: FileHeader
    size_bytes: int
    fields: tuple[Row, ...]
    size: _Trouble | None
    in_between: str

    @property
    def troubles(self) -> tuple[_Trouble, ...]:
        """Everything that looks wrong."""
        header: tuple[_Trouble, ...] = ("header",) if self.fields else ()
        return (*header, self.size) if self.size else header


def check(context: AuditContext) -> Iterable[Finding]:
    """Yield a finding for the header's fields and one for the file's size."""
    look = _look(context)
    lasting = set(look.troubles)
    for _ in range(_READS - 1):
        if not lasting:
            break
        if context.cancel.wait(_BETWEEN_READS_S):
            context.cancel.raise_if_cancelled()
        look = _look(context)
        lasting &= set(look.troubles)
    if "header" in lasting:
        yield _header_finding(look)
    if look.size in lasting:
        if look.in_between:
            raise NotCheckedError(f"the file's size: {look.in_between}")
        yield _size_finding(context, look)


def _look(context: AuditContext) -> _Look:
    connection = context.connection
    header = read_header(connection)
    facts = read_file_facts(connection.path)
    if header is None:
        raise NotCheckedError("the file became empty while it was looked at")
    in_between = ""
    if has_live_journal(connection.path):
        in_between = "a rollback journal is live, so the file may be in the middle of a change"
    elif header.is_wal and facts.wal_bytes and not connection.immutable:
        frames = read_wal_frames(connection)
        if frames is not None and frames.pending:
            in_between = f"{frames.pending:,} frames of the -wal are not in the main file yet"
    return _Look(
        header,
        facts.size_bytes,
        tuple(_wrong_fields(header)),
        _wrong_size(header, facts.size_bytes),
        in_between,
    )


def _wrong_fields(header: FileHeader) -> Iterable[Row]:
    size = header.page_size
    pages = header.page_count if _page_count_is_valid(header) else None
    rules = (
        ("page_size", size, "a power of two, 512 to 65536", _is_page_size(size)),
        ("write_version", header.write_version, "1 or 2", header.write_version in (1, 2)),
        ("read_version", header.read_version, "1 or 2", header.read_version in (1, 2)),
        (
            "reserved_bytes",
            header.reserved_bytes,
            f"at most page_size - {_SMALLEST_USABLE_BYTES}",
            size - header.reserved_bytes >= _SMALLEST_USABLE_BYTES,
        ),
        (
            "max_embedded_fraction",
            header.max_embedded_fraction,
            "64",
            header.max_embedded_fraction == 64,
        ),
        (
            "min_embedded_fraction",
            header.min_embedded_fraction,
            "32",
            header.min_embedded_fraction == 32,
        ),
        ("leaf_fraction", header.leaf_fraction, "32", header.leaf_fraction == 32),
        ("schema_format", header.schema_format, "0 to 4", 0 <= header.schema_format <= 4),
        ("text_encoding", header.text_encoding, "0 to 3", 0 <= header.text_encoding <= 3),
        (
            "first_freelist_page",
            header.first_freelist_page,
            "a page of the file, and 0 only where nothing is free",
            _is_page(header.first_freelist_page, pages)
            and bool(header.first_freelist_page) == bool(header.freelist_count),
        ),
        (
            "freelist_count",
            header.freelist_count,
            "fewer than there are pages",
            pages is None or header.freelist_count < pages,
        ),
        (
            "largest_root_page",
            header.largest_root_page,
            "a page of the file, and not 0 where incremental_vacuum is set",
            _is_page(header.largest_root_page, pages)
            and (bool(header.largest_root_page) or not header.incremental_vacuum),
        ),
    )
    return ((name, value, allowed) for name, value, allowed, ok in rules if not ok)


def _is_page_size(size: int) -> bool:
    return 512 <= size <= 65_536 and size & (size - 1) == 0


def _is_page(number: int, pages: int | None) -> bool:
    return pages is None or number <= pages


def _page_count_is_valid(header: FileHeader) -> bool:
    return header.page_count > 0 and header.version_valid_for == header.change_counter


def _wrong_size(header: FileHeader, size_bytes: int) -> _Trouble | None:
    if not _is_page_size(header.page_size):
        return None
    if not _page_count_is_valid(header):
        # Written by SQLite before 3.7.0: whatever is there counts, in whole pages.
        return "shorter" if size_bytes % header.page_size else None
    said_bytes = header.page_count * header.page_size
    if size_bytes == said_bytes:
        return None
    return "shorter" if size_bytes < said_bytes else "longer"


def _header_finding(look: _Look) -> Finding:
    names = ", ".join(str(row[0]) for row in look.fields)
    return RULE.finding(
        object="header",
        cause="fields",
        title="The file's header makes no sense",
        detail=(
            f"These fields of the first 100 bytes are outside SQLite's format: {names}. SQLite "
            "reads the whole file by them, so that nothing read from it can be relied on."
        ),
        recommendation=_RECOMMENDATION,
        evidence=Evidence.of(("field", "value", "allowed"), look.fields),
    )


def _size_finding(context: AuditContext, look: _Look) -> Finding:
    header = look.header
    pages = header.page_count if _page_count_is_valid(header) else None
    said_bytes = None if pages is None else pages * header.page_size
    is_shorter = look.size == "shorter"
    evidence = Evidence.of(
        ("page_size", "page_count", "bytes_by_header", "bytes_of_file"),
        [(header.page_size, pages, said_bytes, look.size_bytes)],
    )
    if said_bytes is None:
        title = "The file ends in the middle of a page"
    else:
        title = (
            f"The file is {abs(said_bytes - look.size_bytes):,} bytes "
            f"{look.size} than its header says"
        )
    meaning = (
        "A part of the data is missing: a copy that ended early, a full disk, or a file that was "
        "cut. Queries that need the missing pages fail."
        if is_shorter
        else "SQLite does not read what lies behind its last page. Something that is not SQLite "
        "wrote to the file, or a write was cut off."
    )
    certain = is_shorter or not _ends_in_zeroes(context, look, said_bytes or 0)
    return RULE.finding(
        object="file size",
        cause=look.size or "",
        title=title,
        detail=f"The file has {look.size_bytes:,} bytes. {meaning}",
        recommendation=_RECOMMENDATION,
        evidence=evidence,
        confidence="certain" if certain else "likely",
    )


def _ends_in_zeroes(context: AuditContext, look: _Look, said_bytes: int) -> bool:
    size = min(look.size_bytes - said_bytes, _TAIL_BYTES)
    return not any(context.connection.read_bytes(said_bytes, size))


_RECOMMENDATION: Final = (
    "Copy the file and its -wal aside before anything else, then compare with the last verified "
    "backup. If this is a copy, make it again."
)

RULE = Rule(
    id="INT-03",
    title="File size or header outside the format",
    category="integrity",
    severity="critical",
    profile="quick",
    needs=Needs(schema=False),
    check=check,
)
