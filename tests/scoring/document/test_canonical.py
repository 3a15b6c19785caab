import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from scoring.document.canonical import canonical_json, rows_sha256, sha256

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert canonical_json(value) == rfc8785.dumps(value)


def test_keys_are_ordered_by_their_utf_16_units():
    astral, private = "\U0001f600", "\ue000"

    assert canonical_json({private: 1, astral: 2}) == rfc8785.dumps({private: 1, astral: 2})


def test_a_float_is_refused_because_its_text_is_not_exact():
    with pytest.raises(TypeError, match=r"0\.1"):
        canonical_json({"weight": 0.1})


def test_a_fingerprint_is_the_sha_256_of_the_canonical_form():
    assert sha256({"b": 1, "a": "优"}) == hashlib.sha256('{"a":"优","b":1}'.encode()).hexdigest()
    assert rows_sha256([["甲", 1]], b"salt") == hashlib.sha256(b"salt" + '[["甲",1]]'.encode()).hexdigest()
