"""The parameters of a condition as a person types them."""

from __future__ import annotations

import json

from cts_console.bulk.change import Parameters
from cts_console.errors import CtsError
from cts_console.sqlite import SqliteValue


def read_parameters(text: str) -> Parameters:
    """Return the parameters of a condition, written as a JSON array or object.

    Raises `CtsError("usage")` for anything else, and for values that no column holds.
    """
    if not text.strip():
        return ()
    try:
        made = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _no_parameters(f"they are not JSON ({error})") from error
    if not isinstance(made, (list, dict)):
        raise _no_parameters("they are neither an array nor an object")
    return (
        {n: _value(v) for n, v in made.items()}
        if isinstance(made, dict)
        else list(map(_value, made))
    )


def _value(value: object) -> SqliteValue:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (str, float)):
        return value
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return value
    raise _no_parameters(f"{str(value)[:60]} is no value of a column")


def _no_parameters(why: str) -> CtsError:
    return CtsError(
        "usage",
        "Not parameters",
        f"The parameters are not understood: {why}.",
        'Write them as JSON, for example ["open", 5].',
    )
