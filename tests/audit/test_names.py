"""SCH-09 says of no name that it needs quoting where it does not, and of none that it does not."""

from __future__ import annotations

import apsw

from cts_console.audit.rules.schema.sch_09 import RESERVED

# These are read as what they are: the column of that name is not.
_FUNCTIONS = {"CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"}


def can_be_a_name(word: str) -> bool:
    connection = apsw.Connection(":memory:")
    try:
        for sql in (
            f"CREATE TABLE {word} (a)",
            f"CREATE TABLE t ({word})",
            f"SELECT {word} FROM t",
        ):
            list(connection.execute(sql))
    except apsw.SQLError:
        return False
    finally:
        connection.close()
    return True


def test_the_reserved_words_are_those_of_this_sqlite():
    refused = {word for word in apsw.keywords if not can_be_a_name(word)}
    assert refused | _FUNCTIONS == RESERVED
