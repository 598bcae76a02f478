"""Write what a shell and `man` read about the command line, out of the command line itself.

`python packaging/write_documents.py FOLDER` writes FOLDER/cts-console.1 and the completions
FOLDER/cts-console.bash, .zsh and .fish.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer
from typer._completion_shared import get_completion_script

from cts_console import __version__
from cts_console.__main__ import COMPLETE_VARIABLE
from cts_console.cli.program import build_program

NAME: Final = "cts-console"
SHELLS: Final = ("bash", "zsh", "fish")

_DESCRIPTION: Final = """\
CTS Console looks after the one SQLite file in which a crypto trading system keeps everything:
orders, trades, positions, market data. Without a command it opens its window, on
.I FILE
or on the file that was open last. With a command it does one thing and ends.
.PP
Looking never changes the file, holds no lock and costs the program that writes to it no commit.
What a command may change is said below; every write is whole or absent."""

_WINDOW: Final = (
    ("--read-only", "Open FILE locked. This is the default."),
    ("--write", "Open FILE unlocked for writing."),
    (
        "--safe-mode",
        "Open a window that uses nothing that is remembered and keeps nothing but a log.",
    ),
    ("--portable", "Keep the console's own files beside the program; also before a command."),
    ("--screenshots DIR FILE", "Save a picture of every tab into DIR, without a screen, and exit."),
)

_STATUS: Final = (
    ("0", "Fine."),
    ("1", "The database, or this installation, is not as it should be."),
    ("2", "The command could not run; one line on standard error says why."),
    ("130", "Stopped."),
)

_FILES: Final = (
    ("~/.local/share/cts-console", "What must be kept: audit history, seals, accepted findings."),
    ("~/.local/state/cts-console", "Logs and the positions of windows."),
    ("~/.cache/cts-console", "What can be made again: private copies while an audit runs."),
)


def man_page() -> str:
    """Return the manual page."""
    lines = [
        f'.TH CTS-CONSOLE 1 "{_date()}" "CTS Console {__version__}" "User Commands"',
        ".SH NAME",
        r"cts-console \- look after the SQLite file of a trading system",
        ".SH SYNOPSIS",
        r".B cts-console",
        r"[\fB\-\-read\-only\fR | \fB\-\-write\fR] [\fIFILE\fR]",
        ".br",
        r".B cts-console",
        r"\fICOMMAND\fR [\fIARGUMENTS\fR] [\fIOPTIONS\fR]",
        ".SH DESCRIPTION",
        _DESCRIPTION,
        ".SH THE WINDOW",
        *_pairs(_WINDOW),
        ".SH COMMANDS",
    ]
    lines += _commands()
    lines += [".SH EXIT STATUS", *_pairs(_STATUS)]
    lines += [".SH ENVIRONMENT", *_pairs((("CTS_CONSOLE_HOME", "A folder to keep all of it in."),))]
    lines += [".SH FILES", *_pairs(_FILES)]
    return "\n".join(lines) + "\n"


def completion(shell: str) -> str:
    """Return the script that completes the command line in `shell`."""
    script = get_completion_script(prog_name=NAME, complete_var=COMPLETE_VARIABLE, shell=shell)
    return script.rstrip() + "\n"


def _commands() -> list[str]:
    group: Any = typer.main.get_command(build_program())
    lines = []
    for name in sorted(group.commands):
        command = group.commands[name]
        lines += [f".SS {_text(name)}", _text(command.help or "")]
        lines += _pairs(
            (_usage(parameter), parameter.help)
            for parameter in command.params
            if getattr(parameter, "help", None) and parameter.name != "help"
        )
    return lines


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join((*parameter.opts, *parameter.secondary_opts))
    if parameter.is_flag:
        return names
    return f"{names} {parameter.metavar or 'VALUE'}"


def _pairs(pairs: Any) -> list[str]:
    lines = []
    for name, told in pairs:
        lines += [".TP", rf"\fB{_text(name)}\fR", _text(told)]
    return lines


def _text(text: str) -> str:
    r"""Return `text` so that roff takes none of it as a request."""
    one_line = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{one_line}" if one_line.startswith((".", "'")) else one_line


def _date() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    return moment.date().isoformat()


def main(arguments: list[str]) -> int:
    """Write the documents into the folder that the one argument names."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.1").write_text(man_page(), encoding="utf-8")
    for shell in SHELLS:
        (folder / f"{NAME}.{shell}").write_text(completion(shell), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
