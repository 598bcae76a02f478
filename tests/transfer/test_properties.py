"""What holds for all input: what was written comes back, whatever the dialect."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from cts_console.errors import CtsError
from cts_console.sqlite import open_memory_database
from cts_console.transfer import ReadOptions
from cts_console.transfer.opening import open_source
from cts_console.transfer.values import Converter, UnfitError

# Python's writer writes a lone surrogate nowhere, and a NUL is refused on purpose.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
ROWS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1, max_size=20)
)


def read_back(content: bytes, **options: object) -> list[list[object]]:
    with TemporaryDirectory() as folder:
        file = Path(folder, "rows")
        file.write_bytes(content)
        with open_source(file, ReadOptions(**options)) as source:  # type: ignore[arg-type]  # varied
            chunks = list(source.chunks(7))
    assert not any(chunk.bad for chunk in chunks)
    return [list(row) for chunk in chunks for row in chunk.rows]


@settings(max_examples=60)
@given(
    ROWS,
    st.sampled_from(",;\t|:"),
    st.sampled_from("\"'"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_the_csv_writer_writes_comes_back(rows, delimiter, quote, end, encoding) -> None:
    target = io.StringIO(newline="")
    writer = csv.writer(
        target,
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=end,
        quoting=csv.QUOTE_ALL,
    )
    writer.writerow([f"n{number}" for number in range(len(rows[0]))])
    writer.writerows(rows)
    back = read_back(
        target.getvalue().encode(encoding),
        format="csv",
        encoding=encoding,
        delimiter=delimiter,
        quote=quote,
        has_header=True,
        skip_lines=0,
    )
    assert back == rows


@settings(max_examples=60)
@given(st.lists(TEXT, min_size=1, max_size=20), st.booleans())
def test_json_texts_come_back(texts, is_ascii) -> None:
    objects = [{"a": text, "b": None} for text in texts]
    whole = json.dumps(objects, ensure_ascii=is_ascii, indent=1)
    assert read_back(whole.encode(), format="json") == [[text, None] for text in texts]
    lines = "\n".join(json.dumps(each, ensure_ascii=is_ascii) for each in objects)
    assert read_back(lines.encode(), format="jsonl") == [[text, None] for text in texts]


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=300))
def test_any_bytes_are_rows_or_an_error_that_is_told(content) -> None:
    try:
        read_back(content)
    except (CtsError, AssertionError):
        # AssertionError: rows of several widths.
        return


DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,12})?(e-?[0-9]{1,2})?", fullmatch=True)


@given(st.lists(DECIMALS, min_size=1, max_size=10))
def test_a_real_is_the_nearest_double(texts) -> None:
    expected = [float(text) for text in texts]
    assert list(Converter("x", "real").convert(texts)) == expected
    short = [text for text in texts if len(text) <= 15]
    with open_memory_database() as connection:
        connection.execute("CREATE TABLE t (x REAL)")
        connection.execute_many("INSERT INTO t VALUES (?)", [(text,) for text in short])
        stored = connection.read_rows("SELECT x FROM t ORDER BY rowid")
    # What the fast way for CSV rests on.
    assert stored == [(float(text),) for text in short]


@given(st.lists(st.text("0123456789.eE+- ,_x", max_size=12), min_size=1, max_size=6))
def test_a_chunk_is_converted_as_its_cells_are(texts) -> None:
    for affinity in ("integer", "real", "numeric", "text"):
        whole = Converter("x", affinity)
        with open_memory_database() as connection:
            words = {"integer": "INT", "real": "REAL", "numeric": "NUM", "text": "TEXT"}
            connection.execute(f"CREATE TABLE t (x {words[affinity]})")
            values = whole.convert(texts)
            connection.execute_many("INSERT INTO t VALUES (?)", [(value,) for value in values])
            stored = [x for (x,) in connection.read_rows("SELECT x FROM t ORDER BY rowid")]
        refused = dict(whole.refused)
        for place, text in enumerate(texts):
            try:
                expected = Converter("x", affinity).convert_one(text)
            except UnfitError:
                assert place in refused
                continue
            assert place not in refused
            if affinity in ("integer", "real"):
                assert stored[place] == expected
                assert not isinstance(stored[place], str)
