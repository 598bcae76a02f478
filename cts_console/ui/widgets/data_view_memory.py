"""What is remembered of each table: the widths of its columns and how they are shown."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cts_console.ui.models.rows import RowsModel
from cts_console.ui.settings import WindowSettings
from cts_console.ui.widgets.data_view_table import RowsTable

# A settings file is read whole at every start.
_MOST_COLUMNS = 200


class TableMemory:
    """Keeps and recalls widths and formats by the names of the columns."""

    def __init__(self, settings: WindowSettings) -> None:
        self._settings = settings
        self._widths: dict[str, int] = {}

    def keep(self, path: Path, table: str, grid: RowsTable, model: RowsModel) -> None:
        """Remember how the table is shown now."""
        names = list(model.column_names())[:_MOST_COLUMNS]
        known = {
            "widths": {name: grid.columnWidth(i) for i, name in enumerate(names)},
            "formats": {n: f for n, f in zip(names, model.formats, strict=False) if f != "auto"},
        }
        self._settings.remember(_key(path, table), json.dumps(known))

    def recall(self, path: Path, table: str, model: RowsModel) -> None:
        """Bring the formats back, and have the widths ready."""
        known = _parsed(self._settings.text(_key(path, table)))
        widths = known.get("widths")
        formats = known.get("formats")
        self._widths = {
            name: width
            for name, width in (widths.items() if isinstance(widths, dict) else ())
            if isinstance(width, int) and 10 <= width <= 2000
        }
        for column, name in enumerate(model.column_names()):
            kind = formats.get(name) if isinstance(formats, dict) else None
            if kind in ("raw", "instant"):
                model.formats[column] = kind

    def restore_widths(self, grid: RowsTable) -> bool:
        """Set the remembered widths; False where there are none."""
        if not self._widths:
            return False
        model = grid.model()
        assert isinstance(model, RowsModel)
        for column, name in enumerate(model.column_names()):
            grid.setColumnWidth(column, self._widths.get(name) or grid.fitting_width(column, 20))
        return True


def _key(path: Path, table: str) -> str:
    named = f"{path}\0{table}".encode("utf-8", "surrogatepass")
    return f"tables/{hashlib.sha256(named).hexdigest()[:24]}"


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
