"""The command line: every function of the console without a window.

`main` is the entry point. Modules of the commands are imported when the program is built; what
they need beyond the core (numpy, templates) when a command runs.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0 fine, 1 findings, 2 could not run."""
    try:
        # Imported here, so that a Ctrl-C while the modules load is a stop and not a trace.
        from cts_console.cli.program import run_program

        return run_program(arguments)
    except KeyboardInterrupt:
        import sys

        sys.stderr.write("error: Stopped.\n")
        return 130
