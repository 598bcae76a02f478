"""What the Bulk tab says of imports, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject

from cts_console.errors import CtsError
from cts_console.transfer import ImportRequest, ImportResult, SourceColumn
from cts_console.ui.bulk.import_jobs import ImportRun
from cts_console.ui.bulk.import_look import ImportLook
from cts_console.ui.text import duration_text, one_line, size_text

LONGEST: Final = 4_000
_MOST_REASONS: Final = 5


class BulkWords(QObject):
    """Makes the sentences; it shows none."""

    def rows(self, count: int) -> str:
        """Return a number of rows."""
        return self.tr("1 row") if count == 1 else self.tr("{0} rows").format(f"{count:,}")

    def error(self, error: CtsError) -> str:
        """Return what went wrong and what to do."""
        parts = (f"{error.title}.", error.message, error.hint)
        return self.window(one_line(" ".join(part for part in parts if part), LONGEST))

    def window(self, text: str) -> str:
        """Return a text of the core with the window's own ways in the place of options."""
        for pattern, said in (
            (r" ?\(--(?:rejects|key|on-conflict|table)[^)]*\)", ""),
            (r" ?\(`--sheet NAME`\)", self.tr(" (under Sheet, table or member)")),
            (r" ?\(`--encoding [^)]*\)", self.tr(" (under Encoding)")),
            (r" ?\(`--format [^)]*\)", self.tr(" (under Format)")),
            (r" ?\(`--quote [^)]*\)", self.tr(" (under Quotes)")),
            (r" ?\((?:--set \S+ ?)+\)", self.tr(" (under Value for every row)")),
            (r"--set ([\w.]+)=\S+", self.tr("give {0} under Value for every row")),
            (r" ?\(--map[^)]*\)", self.tr(" (under Goes into)")),
            (r", or leave them out: --map .*", self.tr(", or leave them out.")),
            (r'say it: where="1"', self.tr("write 1 as the condition")),
            (r"--again imports", self.tr("the tick in step 3 imports")),
            (r"--on-conflict ignore", self.tr("leave the new row out")),
            (r"`cts-console stats` lists the tables", self.tr("the list has the tables")),
        ):
            text = re.sub(pattern, said.replace("{0}", r"\1"), text)
        return text

    def read_only(self) -> str:
        """Return why nothing can be written."""
        return self.tr(
            "The database is open read-only. Unlock it with the lock in the tool bar first."
        )

    def is_refusal(self, error: CtsError) -> bool:
        """Return whether the write gate refused, which a person may overrule; a lock is another."""
        return error.code == "locked" and "overrule" in error.hint

    def others_wait(self) -> str:
        """Return what a person has to decide where the write gate refused."""
        return self.tr("Others would have to wait: tick that it is to be written all the same.")

    def kind(self, column: SourceColumn) -> str:
        """Return what the values of a column have in common."""
        told = {
            "empty": self.tr("empty"),
            "integer": self.tr("whole numbers"),
            "decimal": self.tr("decimals"),
            "boolean": self.tr("true or false"),
            "time_s": self.tr("times in s"),
            "time_ms": self.tr("times in ms"),
            "time_us": self.tr("times in µs"),
            "time_iso": self.tr("times as text"),
            "text": self.tr("text"),
        }[column.kind]
        if column.empty and column.kind != "empty":
            told += self.tr(", {0} empty").format(f"{column.empty:,}")
        return told

    def read(self, look: ImportLook) -> str:
        """Return how much of the file the picture rests on."""
        preview = look.preview
        if preview.detected.format == "sql":
            return self.tr("{0} statements").format(f"{preview.rows_read:,}")
        columns = len(preview.columns)
        told = self.tr("1 column") if columns == 1 else self.tr("{0} columns").format(columns)
        if preview.is_whole:
            return self.tr("{0}, {1}").format(told, self.rows(preview.rows_read))
        return self.tr("{0}; the first {1} looked at").format(told, self.rows(preview.rows_read))

    def units(self, look: ImportLook) -> str:
        """Return what becomes of instants."""
        told = []
        for column, (source, own) in look.units.items():
            name = one_line(column)
            if source is None or source == own:
                told.append(self.tr("{0} keeps times in {1}.").format(name, _unit(own)))
            else:
                said = self.tr("{0}: times in {1} of the file become {2}.")
                told.append(said.format(name, _unit(source), _unit(own)))
        return " ".join(told)

    def notes(self, look: ImportLook) -> str:
        """Return what was found out, one sentence each."""
        return _sentences(look.notes, {*look.pairs.values(), *look.constants})

    def script(self) -> str:
        """Return what an SQL script is."""
        return self.tr(
            "An SQL script runs as it is, as one transaction: it may fill, change or make the "
            "chosen table and nothing else. It has no columns to map."
        )

    def checked(self, result: ImportResult, request: ImportRequest) -> str:
        """Return what the import would do."""
        if result.format == "sql":
            return self.tr("{0} statements were read.").format(f"{result.rows_read:,}")
        told = [
            self.tr("{0} read: {1} would go into {2}, {3} refused.").format(
                self.rows(result.rows_read),
                self.rows(result.rows_written),
                one_line(result.table),
                f"{result.rows_rejected:,}",
            )
        ]
        if result.rows_rejected and request.rejects is None:
            told.append(
                self.tr(
                    "The first refused row would end the import, and nothing would be imported: "
                    "collect refused rows, or correct them."
                )
            )
        told.append(self._reasons(result))
        if result.known_keys and request.on_conflict == "abort":
            told.append(
                self.tr(
                    "A key that is there already would end the import, and nothing would be "
                    "imported."
                )
                if request.rejects is None
                else self.tr("Rows whose key is there already would be refused as well.")
            )
        return "\n".join(part for part in told if part)

    def done(self, run: ImportRun, request: ImportRequest) -> str:
        """Return what the import did."""
        result = run.result
        told = [
            self.tr("{0} written into {1} in {2} ({3} rows/s, {4} of the file).").format(
                self.rows(result.rows_written),
                one_line(result.table),
                duration_text(result.duration_s * 1000),
                f"{result.rows_per_s:,.0f}",
                size_text(result.bytes_read),
            ),
        ]
        if result.rows_rejected:
            told.append(
                self.tr("{0} refused; they are in {1}.").format(
                    self.rows(result.rows_rejected), one_line(str(request.rejects), LONGEST)
                )
            )
            told.append(self._reasons(result))
        return "\n".join(part for part in told if part)

    def details(self, run: ImportRun) -> str:
        """Return how the import did it."""
        told = [self._how(run), self.notes_of(run.result)]
        if run.backup is not None:
            told.append(self.tr("The backup is {0}.").format(one_line(str(run.backup), LONGEST)))
        return " ".join(part for part in told if part)

    def notes_of(self, result: ImportResult) -> str:
        """Return the notes of an import, one sentence each."""
        return _sentences(result.notes, {*result.mapping.values(), *result.constants})

    def _how(self, run: ImportRun) -> str:
        result = run.result
        strategy = {
            "rows": self.tr("row by row"),
            "many_rows": self.tr("many rows a statement"),
            "deferred_indexes": self.tr("with the indexes built again at the end ({0})").format(
                one_line(", ".join(result.indexes_deferred), LONGEST)
            ),
            "sorted": self.tr("in the order of the table's key"),
            "script": self.tr("as a script"),
            "query": self.tr("by one statement that SQLite fills from the file"),
        }.get(result.strategy, result.strategy.replace("_", " "))
        if run.result.batch_id is None:
            return self.tr("Written {0}, in one transaction.").format(strategy)
        return self.tr(
            "Written {0}, in short slices because others have the file open: batch {1}, which can "
            "be taken back as a whole."
        ).format(strategy, run.result.batch_id)

    def _reasons(self, result: ImportResult) -> str:
        rejects = result.first_rejects[:_MOST_REASONS]
        lines = [
            self.tr("Line {0}: {1}").format(f"{row.line:,}", self.window(one_line(row.reason, 300)))
            for row in rejects
        ]
        if result.rows_rejected > len(rejects) > 0:
            lines.append(
                self.tr("… and {0} more").format(f"{result.rows_rejected - len(rejects):,}")
            )
        return "\n".join(lines)


def _unit(unit: str) -> str:
    return {"us": "µs", "iso": "text with a date"}.get(unit, unit)


def _sentences(notes: Iterable[str], names: Iterable[str]) -> str:
    """Return notes as sentences; a name at the beginning stays as it is spelled."""
    known = tuple(names)
    made = []
    for note in notes:
        first = note[:1] if note.startswith(known) else note[:1].upper()
        made.append(f"{first}{note[1:].rstrip('.')}.")
    return one_line(" ".join(made), LONGEST)
