"""XLSX (ECMA-376), written as a stream straight into the new file: no copy in memory or elsewhere.

Text is a string cell, which is never calculated, whatever it begins with. Where a spreadsheet
would calculate it once somebody edits the cell, the cell has the mark "text" (`quotePrefix`), which
is what a typed quote leaves: the value itself is not changed.

A cell holds 32,767 characters, a number 15 digits, a sheet 1,048,576 rows
(https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3): longer texts are cut
and counted, larger whole numbers are text, and further rows go to further sheets.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, BinaryIO, Final

from cts_console.sqlite import Row, SqliteValue
from cts_console.transfer.spreadsheet import is_formula
from cts_console.transfer.writing import FileFormat, Heading, WriteOptions, count_note

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the heading included."""
MOST_CHARACTERS: Final = 32_767
# Beyond 2 GB an entry would need ZIP64, which not every spreadsheet reads.
_MOST_SHEET_BYTES: Final = 1_500_000_000
_LARGEST_WHOLE: Final = 999_999_999_999_999
_LONGEST_NAME: Final = 25

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BOLD, _TEXT = 1, 2
# Cell formats: 0 plain, 1 bold and text (the heading), 2 marked as text.
_STYLES: Final = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1" quotePrefix="1"/>'
    '<xf xfId="0" quotePrefix="1"/></cellXfs><cellStyles count="1">'
    '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# Text that reads like an escape must be escaped itself (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
_ESCAPED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")


class XlsxWriter:
    """Writes a workbook."""

    def __init__(self, file: BinaryIO, heading: Heading, _options: WriteOptions) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._heading = heading
        self._letters = [_letters(number) for number in range(len(heading.columns))]
        self._sheet: IO[bytes] | None = None
        self._sheets = self._row = self._sheet_bytes = 0
        self._cut = self._large = self._infinite = self._blobs = 0
        self._begin_sheet()

    def write_rows(self, rows: Sequence[Row]) -> None:
        """Write some rows."""
        parts: list[bytes] = []
        for row in rows:
            if self._row >= MOST_ROWS or self._sheet_bytes >= _MOST_SHEET_BYTES:
                self._put(b"".join(parts))
                parts.clear()
                self._end_sheet()
                self._begin_sheet()
            self._row += 1
            cells = [
                self._cell(letters, value)
                for letters, value in zip(self._letters, row, strict=True)
                if value is not None
            ]
            part = f'<row r="{self._row}">{"".join(cells)}</row>'.encode()
            self._sheet_bytes += len(part)
            parts.append(part)
        self._put(b"".join(parts))

    def finish(self) -> None:
        """Write the list of sheets behind the last."""
        self._end_sheet()
        for name, text in self._parts().items():
            self._archive.writestr(name, text)
        self._archive.close()

    def abandon(self) -> None:
        """Let go of the file, which is thrown away."""
        # A full disk fails here once more; the error that tells is on its way already.
        with suppress(OSError):
            if self._sheet is not None:
                self._sheet.close()
        with suppress(OSError):
            self._archive.close()

    def notes(self) -> list[str]:
        """Tell where a cell holds something else than the value."""
        return [
            *([f"The rows lie on {self._sheets} sheets."] if self._sheets > 1 else []),
            *count_note(
                self._cut,
                f"value is cut after {MOST_CHARACTERS:,} characters, the most that a cell holds.",
                f"values are cut after {MOST_CHARACTERS:,} characters, the most that a cell holds.",
            ),
            *count_note(
                self._large,
                "whole number of more than 15 digits is written as text, to keep all of them.",
                "whole numbers of more than 15 digits are written as text, to keep all of them.",
            ),
            *count_note(
                self._infinite,
                "infinite number is written as text.",
                "infinite numbers are written as text.",
            ),
            *count_note(
                self._blobs,
                "BLOB is written as its hexadecimal digits.",
                "BLOBs are written as their hexadecimal digits.",
            ),
        ]

    def _cell(self, letters: str, value: SqliteValue) -> str:
        place = f"{letters}{self._row}"
        if isinstance(value, str):
            return self._text(place, value)
        if isinstance(value, bytes):
            self._blobs += 1
            return self._text(place, value.hex())
        if isinstance(value, float) and math.isinf(value):
            self._infinite += 1
            return self._text(place, "Inf" if value > 0 else "-Inf")
        if isinstance(value, int) and abs(value) > _LARGEST_WHOLE:
            self._large += 1
            return self._text(place, str(value))
        return f'<c r="{place}"><v>{value!r}</v></c>'

    def _text(self, place: str, text: str, style: int = 0) -> str:
        if 2 * len(text) > MOST_CHARACTERS:
            text = self._cut_text(text)
        style = style or (_TEXT if is_formula(text) else 0)
        mark = f' s="{style}"' if style else ""
        return (
            f'<c r="{place}"{mark} t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t>'
            "</is></c>"
        )

    def _cut_text(self, text: str) -> str:
        """Return as much of `text` as a cell holds, counted in UTF-16 as spreadsheets do."""
        units = text.encode("utf-16-le")
        if len(units) <= 2 * MOST_CHARACTERS:
            return text
        self._cut += 1
        return units[: 2 * MOST_CHARACTERS].decode("utf-16-le", "ignore")

    def _begin_sheet(self) -> None:
        self._sheets += 1
        self._row, self._sheet_bytes = 1, 0
        self._sheet = self._archive.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        names = [
            self._text(f"{letters}1", name, _BOLD)
            for letters, name in zip(self._letters, self._heading.columns, strict=True)
        ]
        row = f'<row r="1">{"".join(names)}</row>'
        self._put(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>{row}'.encode())

    def _end_sheet(self) -> None:
        self._put(b"</sheetData></worksheet>")
        if self._sheet is not None:
            self._sheet.close()

    def _put(self, data: bytes) -> None:
        if self._sheet is not None:
            self._sheet.write(data)

    def _parts(self) -> dict[str, str]:
        numbers = range(1, self._sheets + 1)
        name = _escaped(_sheet_name(self._heading.name)).replace('"', "&quot;")
        sheets = "".join(
            f'<sheet name="{name}{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>'
            for n in numbers
        )
        relations = "".join(
            f'<Relationship Id="rId{n}" Type="{_DOCUMENT}/worksheet" '
            f'Target="worksheets/sheet{n}.xml"/>'
            for n in numbers
        )
        types = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{_TYPE}.worksheet+xml"/>'
            for n in numbers
        )
        return {
            "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            f"{sheets}</sheets></workbook>",
            "xl/styles.xml": _STYLES,
            "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'{relations}<Relationship Id="rId{self._sheets + 1}" Type="{_DOCUMENT}/styles" '
            'Target="styles.xml"/></Relationships>',
            "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
            f'Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default '
            'Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
            f"{types}</Types>",
        }


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _letters(number: int) -> str:
    """Return the letters of a column: 0 is A, 26 is AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _sheet_name(name: str) -> str:
    """Return `name` as a sheet may be called."""
    name = _NOT_IN_NAMES.sub(" ", name)[:_LONGEST_NAME].strip(" '") or "rows"
    # Excel keeps this one for itself.
    return "History of rows" if name.lower() == "history" else name


FORMAT: Final = FileFormat("xlsx", "Excel (XLSX)", (".xlsx",), XlsxWriter, is_for_spreadsheets=True)
