"""Under which identity the console's own records know the file at a path."""

from __future__ import annotations

import os

from cts_console.maintenance import open_look
from cts_console.progress import CancelToken
from cts_console.sqlite import resolve_database_path
from cts_console.store import DatabaseIdentity, identify


def identify_file(
    path: str | os.PathLike[str], cancel: CancelToken | None = None
) -> DatabaseIdentity:
    """Open the file at `path` for a moment and return its identity.

    Raises what opening the file raises.
    """
    with open_look(path, cancel=cancel) as connection:
        return identify(connection, original=resolve_database_path(path))
