"""Write SHA256SUMS for the files that lie directly in a folder, as `sha256sum --check` reads it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

NAME: Final = "SHA256SUMS"


def main(arguments: list[str]) -> int:
    """Write the sums of the folder that the one argument names."""
    folder = Path(arguments[0])
    lines = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != NAME:
            with path.open("rb") as file:
                lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (folder / NAME).write_bytes("".join(lines).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
