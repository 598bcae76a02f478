"""What Compare says, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QObject

from cts_console.progress import Progress
from cts_console.reconcile import ImportResult
from cts_console.transfer.trades import ComparedTrade, Comparison, KnownAccount
from cts_console.ui.bulk.compare_jobs import Compared, CompareRow, Group, MissingRun
from cts_console.ui.bulk.compare_look import FoundHistory
from cts_console.ui.clock import Clock
from cts_console.ui.text import duration_text, one_line

_LONGEST: Final = 4_000
_LONGEST_NAME: Final = 80
_MOST_TOLD: Final = 5


class CompareWords(QObject):
    """Makes the sentences; it shows none."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock

    # The file and its account

    def recognised(self, history: FoundHistory) -> str:
        """Return what a file was found to be."""
        told = self.tr("Known by its columns as a trade history: {0}.").format(history.format)
        if history.is_foreign:
            return told + self.tr(" It can be compared with a CTS database alone.")
        return told

    def no_account(self, history: FoundHistory) -> str:
        """Return why there is nothing to choose from."""
        return self.tr(
            "The database has no connection of {0}: there is nothing to compare the file with."
        ).format(history.exchange)

    def account(self, known: KnownAccount) -> str:
        """Return a connection as it is chosen from a list."""
        told = f"{known.account.id}  {one_line(known.account.name, _LONGEST_NAME)}"
        if known.account.is_testnet:
            told += self.tr(" (test network)")
        return told if known.is_enabled else told + self.tr(" (disabled)")

    # Rows

    def trades(self, count: int) -> str:
        """Return a number of trades."""
        return self.tr("1 trade") if count == 1 else self.tr("{0} trades").format(f"{count:,}")

    def orders(self, count: int) -> str:
        """Return a number of orders."""
        return self.tr("1 order") if count == 1 else self.tr("{0} orders").format(f"{count:,}")

    def lines(self, count: int) -> str:
        """Return a number of lines."""
        return self.tr("1 line") if count == 1 else self.tr("{0} lines").format(f"{count:,}")

    def group(self, group: Group) -> str:
        """Return what a group is called."""
        return {
            "only_in_file": self.tr("Only in the file"),
            "only_in_database": self.tr("Only in the database"),
            "different": self.tr("Different"),
            "same": self.tr("The same"),
            "not_compared": self.tr("Not compared"),
        }[group]

    def about(self, group: Group) -> str:
        """Return what a group means."""
        return {
            "only_in_file": self.tr("offered for import"),
            "only_in_database": self.tr("in the file's time span"),
            "different": self.tr("never imported"),
            "same": self.tr("on both sides"),
            "not_compared": self.tr("no trade, or no such pair"),
        }[group]

    def field(self, name: str) -> str:
        """Return what a fact of a trade is called."""
        return {
            "executed_at": self.tr("Time"),
            "pair": self.tr("Pair"),
            "side": self.tr("Side"),
            "price": self.tr("Price"),
            "amount": self.tr("Amount"),
            "fee": self.tr("Fee"),
            "exchange_trade_id": self.tr("Id at the exchange"),
            "exchange_order_id": self.tr("Its order at the exchange"),
        }[name]

    def why(self, row: CompareRow) -> str:
        """Return why a row is where it is."""
        if row.fields:
            names = ", ".join(self.field(name).lower() for name in row.fields)
            return self.tr("another {0}").format(names)
        if row.group == "only_in_file":
            return self.tr("not imported: {0}").format(row.reason) if row.reason else ""
        if row.group == "not_compared" and row.pair:
            return self.tr("{0}: the database has no such pair to compare with").format(
                self.lines(row.lines)
            )
        return row.reason

    def line(self, trade: ComparedTrade) -> str:
        """Return where a trade stands in the file."""
        return self.tr("line {0}").format(trade.where)

    def row_id(self, trade: ComparedTrade) -> str:
        """Return where a trade stands in the database."""
        return self.tr("trades, row id {0}").format(trade.where)

    # The comparison

    def summary(self, compared: Compared) -> str:
        """Return how it stands, in a few words."""
        if compared.comparison.is_equal:
            return self.tr("the same on both sides")
        missing = compared.counts["only_in_file"]
        if missing:
            return self.tr("{0} missing in the database").format(self.trades(missing))
        return self.tr("nothing is missing, but they differ")

    def span(self, compared: Compared) -> str:
        """Return what the file holds, from when to when."""
        told = compared.comparison
        parts = [self._span(told)]
        if told.repeated:
            parts.append(self.tr("{0} of them repeat an earlier one.").format(f"{told.repeated:,}"))
        parts.append(
            self.tr("Compared at {0}.").format(self._clock.text(compared.at_ms // 1000 * 1000))
        )
        return " ".join(parts)

    def _span(self, told: Comparison) -> str:
        lines = self.lines(told.lines)
        if told.since_ms is None or told.until_ms is None:
            return self.tr("{0}, none of which is a trade that could be compared.").format(lines)
        return self.tr("{0}, from {1} to {2}.").format(
            lines, self._clock.text(told.since_ms), self._clock.text(told.until_ms)
        )

    def notes(self, notes: Iterable[str]) -> str:
        """Return notes as sentences."""
        return one_line(" ".join(dict.fromkeys(notes)), _LONGEST)

    def rest(self, shown: int, total: int) -> str:
        """Return that not all rows are shown; "" where they are."""
        if shown >= total:
            return ""
        return self.tr("The first {0} of {1} are shown.").format(f"{shown:,}", f"{total:,}")

    def progress(self, progress: Progress) -> str:
        """Return how far a job is."""
        note = progress.note or self.tr("at work")
        told = progress.bytes_text
        if not told and progress.done:
            done = f"{progress.done:,}"
            if progress.total is not None:
                done = self.tr("{0} of {1}").format(done, f"{progress.total:,}")
            told = f"{done} {progress.unit}"
        return f"{note}: {told}" if told else note

    # The rehearsal and the import

    def would(self, result: ImportResult) -> str:
        """Return what the rehearsal wrote into the copy."""
        written = result.written
        told = [self.tr("{0} would be imported.").format(self.trades(written.trades))]
        if written.orders_made:
            told.append(
                self.tr(
                    '{0} would be made up for them, marked by ids that begin with "import:".'
                ).format(self.orders(written.orders_made))
            )
        if written.orders_used:
            told.append(
                self.tr("Trades would be added to {0} of those that are there.").format(
                    self.orders(written.orders_used)
                )
            )
        return "\n".join([" ".join(told), *self._refused(result)])

    def verdict(self, result: ImportResult) -> str:
        """Return what the audit of the copy says."""
        asked, answered = result.rules_asked, result.rules_asked - len(result.unchecked)
        told = self.tr("{0} rules were asked of the copy, before and after").format(asked)
        if answered < asked:
            told += self.tr(", and {0} answered").format(answered)
        if result.findings:
            count = len(result.findings)
            new = self.tr("1 finding is new") if count == 1 else self.tr("{0} findings are new")
            rules = ", ".join(dict.fromkeys(each.finding.rule for each in result.findings))
            return f"{told}: {new.format(count)} ({rules})."
        return f"{told}: {self.tr('nothing is new') if answered else self.tr('nothing is known')}."

    def outcome(self, result: ImportResult) -> str:
        """Return the verdict in a few words."""
        if result.state == "stopped":
            return self.tr("stops the import")
        if result.unchecked:
            count = f"{len(result.unchecked):,}"
            return self.tr("nothing stops it, {0} rules gave no answer").format(count)
        return self.tr("nothing stops it")

    def rehearsal_notes(self, result: ImportResult) -> str:
        """Return what a person should know besides, the rules without an answer last."""
        return " ".join((self.notes(result.notes), one_line("; ".join(result.unchecked), _LONGEST)))

    def stopped(self, result: ImportResult) -> str:
        """Return what a person has to decide where the rehearsal stops the import."""
        return self.tr("{0} Tick that it is to be imported all the same.").format(
            self._what_stops(result)
        )

    def _what_stops(self, result: ImportResult) -> str:
        told = []
        if result.comparison.shift_ms is not None:
            told.append(
                self.tr(
                    "The times of the file are probably of another zone: to import it would make "
                    "trades twice."
                )
            )
        if any(finding.stops for finding in result.findings):
            told.append(self.tr("The audit of the copy finds what was not there before."))
        return " ".join(told)

    def question(self, run: MissingRun, database: str, *, overrules: bool) -> str:
        """Return what is asked before anything is written."""
        written, account = run.result.written, run.result.comparison.account
        told = [
            self.tr("Import {0} into connection {1}, {2}, of {3}?").format(
                self.trades(written.trades),
                account.id,
                one_line(account.name, _LONGEST_NAME),
                one_line(database, _LONGEST_NAME),
            )
        ]
        if written.orders_made:
            told.append(
                self.tr(
                    '{0} are made up for them, marked by ids that begin with "import:".'
                ).format(self.orders(written.orders_made))
            )
        if overrules:
            told.append(
                self.tr("This overrules what stopped it. {0}").format(self._what_stops(run.result))
            )
        told += [
            self.verdict(run.result),
            self.tr(
                "What somebody else writes meanwhile is left out. All of it is one batch, which "
                "can be taken back."
            ),
        ]
        return "\n".join(told)

    def done(self, run: MissingRun) -> str:
        """Return what became of an import."""
        result, written = run.result, run.result.written
        if result.state == "nothing_missing":
            return self.tr("Nothing is missing any more; nothing was imported.")
        if result.state == "stopped":
            return self.tr("Nothing was imported. ") + self.stopped(result)
        told = [self.tr("{0} imported.").format(self.trades(written.trades))]
        if written.orders_made:
            told.append(self.tr("{0} made up for them.").format(self.orders(written.orders_made)))
        if written.orders_used:
            told.append(
                self.tr("Trades were added to {0} of those that were there.").format(
                    self.orders(written.orders_used)
                )
            )
        if written.already_there:
            told.append(
                self.tr("{0} had been written by somebody else meanwhile.").format(
                    self.trades(written.already_there)
                )
            )
        return "\n".join([" ".join(told), *self._refused(result)])

    def details(self, run: MissingRun) -> str:
        """Return how an import did it."""
        result, told = run.result, []
        if result.batch_id is not None:
            told.append(
                self.tr("Batch {0}: it can be taken back as a whole.").format(result.batch_id)
            )
        if result.slice_seconds:
            count, most_ms = len(result.slice_seconds), max(result.slice_seconds) * 1000
            held = self.tr("The write lock was held once, for {1}.")
            if count > 1:
                held = self.tr("The write lock was held {0} times, for {1} at most.")
            told.append(held.format(f"{count:,}", duration_text(most_ms)))
        told += result.notes if result.state == "imported" else ()
        if run.backup is not None:
            told.append(self.tr("The backup is {0}.").format(one_line(str(run.backup), _LONGEST)))
        return " ".join(told)

    def _refused(self, result: ImportResult) -> list[str]:
        refusals = result.written.refusals
        told = [
            self.tr("Not imported: {0} from line {1}, {2}.").format(
                self.trades(refused.trades), f"{refused.line:,}", one_line(refused.reason)
            )
            for refused in refusals[:_MOST_TOLD]
        ]
        if len(refusals) > _MOST_TOLD:
            told.append(self.tr("… and {0} orders more").format(len(refusals) - _MOST_TOLD))
        return told
