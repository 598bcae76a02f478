"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# `readable=False`: Typer does not look at the file; opening it tells more than "bad usage".
DatabaseArgument = Annotated[
    Path,
    typer.Argument(
        metavar="DATABASE", help="The database file.", show_default=False, readable=False
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output.")
]
OverruleOption = Annotated[
    bool,
    typer.Option(
        "--overrule",
        help="Take the write lock for as long as it needs, although others have the file open.",
    ),
]
DirectoryOption = Annotated[
    Path | None,
    typer.Option(
        "--directory",
        help="Migration files of your own instead of those shipped.",
        readable=False,
    ),
]
