"""The formats that can be read, one file each."""

from __future__ import annotations

from typing import Final

from cts_console.transfer.readers import (
    csv_rows,
    json_array,
    json_lines,
    sql_script,
    sqlite_table,
    xlsx_sheet,
)
from cts_console.transfer.source import Reader

# In the order in which they are asked whether a file is theirs: a CSV is what nothing else is.
READERS: Final[tuple[Reader, ...]] = (
    sqlite_table.READER,
    xlsx_sheet.READER,
    sql_script.READER,
    json_lines.READER,
    json_array.READER,
    csv_rows.READER,
)
