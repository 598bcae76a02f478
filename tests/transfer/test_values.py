"""Values: what fits goes in without loss, what does not is a refused row."""

from __future__ import annotations

import pytest

from cts_console.errors import CtsError
from cts_console.sqlite import open_database
from cts_console.transfer import ReadOptions


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("+1", 1),
        (" 1 ", 1),
        ("1.0", 1),
        ("1e5", 100_000),
        ("true", 1),
        ("", None),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_whole_numbers(load, rows, text, value) -> None:
    load(f'a,c\n"{text}",x\n')
    assert rows("SELECT a FROM loose") == [(value,)]


@pytest.mark.parametrize(
    "text",
    ["007", "1.5", "9223372036854775808", "1 234", "1,234", "1_000", "0x10", "abc", "nan", "1e999"],
)
def test_what_is_no_whole_number_is_refused_and_not_stored_as_text(load, rows, text) -> None:
    with pytest.raises(CtsError, match="line 2: a: ") as caught:
        load(f'a,c\n"{text}",x\n')
    assert caught.value.code == "constraint"
    assert rows() == []


@pytest.mark.parametrize("text", ["1e999", "inf", "nan", "1,5", "1.2.3", "abc", "1 000.5"])
def test_what_is_no_real_is_refused(load, rows, text) -> None:
    with pytest.raises(CtsError, match="line 2: b: "):
        load(f'b,c\n"{text}",x\n')
    assert rows() == []


def test_into_text_everything_goes_as_it_is(load, rows) -> None:
    texts = ["007", "1e5", "+1", " 1 ", "1,234", "", "=1+1", "0x10"]
    load("c,a\n" + "".join(f'"{text}",1\n' for text in texts))
    assert rows("SELECT c FROM loose ORDER BY rowid") == [(text,) for text in texts]


def test_decimals_that_a_real_cannot_hold_are_counted(load, rows) -> None:
    result = load("b,c\n0.12345678901234567891,x\n5.330000000000001e-05,y\n0.1,z\n")
    assert [note for note in result.notes if note.startswith("b: 1 decimals")]
    assert rows("SELECT b FROM loose") == [
        (0.12345678901234567891,),
        (5.330000000000001e-05,),
        (0.1,),
    ]


def test_null_texts(load, rows) -> None:
    load("a,b,c\n0,\\N,\\N\n1,2,x\n", read=ReadOptions(null_texts=("\\N", "0")))
    assert rows() == [(None, None, None, None), (1, 2.0, "x", None)]


def test_numbers_of_json_keep_their_digits(load, rows) -> None:
    load('[{"c": 0.10, "d": 12345678901234567, "a": 1, "b": true}, {"c": {"x": [1.10, "y"]}}]')
    assert rows() == [
        (1, 1.0, "0.10", 12345678901234567),
        (None, None, '{"x":[1.10,"y"]}', None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1700000000",
        "1700000000.0",
        "1700000000000",
        "1700000000000000",
        "2023-11-14T22:13:20Z",
        "2023-11-14 22:13:20",
        "2023-11-14T23:13:20+01:00",
        "2023-11-14 22:13:20 UTC",
    ],
)
def test_times_become_the_unit_of_the_column(cts, write, text) -> None:
    from cts_console.transfer import ImportRequest, run_import

    file = write(f"name,display_name,created_at\nnowhere,Nowhere,{text}\n")
    result = run_import(cts, file, ImportRequest("exchanges"))
    with open_database(cts) as connection:
        at = connection.read_value("SELECT created_at FROM exchanges WHERE name = 'nowhere'")
    assert at == 1_700_000_000_000
    is_naive = text == "2023-11-14 22:13:20"
    assert any("count as UTC" in note for note in result.notes) == is_naive


def test_the_unit_of_another_table_is_that_of_its_rows(load, rows, path) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO candles VALUES (1, 1, 1700000000, 1.0, '')")
    load("id,pair,at\n2,1,1700000300000\n3,1,2023-11-14T22:23:20Z\n", "candles")
    assert rows("SELECT at FROM candles") == [(1700000000,), (1700000300,), (1700000600,)]


def test_times_of_two_units_in_one_column_are_refused(load, path) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute("INSERT INTO candles VALUES (1, 1, 1700000000, 1.0, '')")
    rows = "".join(f"{n},2,{1_700_000_000 + n}\n" for n in range(2, 1500))
    with pytest.raises(CtsError, match="line 1,500: at: '1700000000000' would be an instant in ms"):
        load(f"id,pair,at\n{rows}9999,2,1700000000000\n", "candles")


def test_a_secret_is_in_no_message_and_no_file(load, path, tmp_path) -> None:
    with open_database(path, "read_write") as connection:
        connection.execute("CREATE TABLE keys (id INTEGER PRIMARY KEY, api_key INTEGER)")
    content = "id,api_key\n1,hunter2\n"
    with pytest.raises(CtsError, match="line 2: api_key: the value does not fit") as caught:
        load(content, "keys")
    assert "hunter2" not in caught.value.message
    result = load(content, "keys", rejects=tmp_path / "out.csv")
    assert result.rows_rejected == 1
    assert "hunter2" not in (tmp_path / "out.csv").read_text() + str(result)
