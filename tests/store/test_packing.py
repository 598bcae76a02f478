"""Documents as bytes: what the standard library's parser says of them, piece by piece."""

from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cts_console.store.packing import pack_document, unpack_document

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=()), max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text(max_size=5), VALUES, max_size=5)


@given(DOCUMENTS)
@example({})
@example({"findings": [], "a": [[]], "b": [{}, "\udcff"]})
def test_a_document_comes_back(document: dict[str, Any]) -> None:
    packed = pack_document(document)
    assert unpack_document(packed) == document
    text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
    assert json.loads(text) == document


@given(DOCUMENTS, st.sampled_from([None, 1]))
def test_what_an_earlier_console_wrote_is_read(
    document: dict[str, Any], indent: int | None
) -> None:
    text = json.dumps(document, indent=indent)
    assert unpack_document(zlib.compress(text.encode())) == document


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"a"', '{"a":', '{"a":1', '{"a":[1', '{"a":[1,]}', '{"a":1,}', '{1:2}',
     '{"a":1}x', '{"a" 1}', "null"],
)  # fmt: skip
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"missing|Expecting|follows|name"):
        unpack_document(zlib.compress(text.encode()))
