"""Wilson's interval against its definition: the shares that a score test does not reject."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.resampling import UNDEFINED
from measures.shares import share_of


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_ends_are_where_the_score_test_turns(given_count):
    count, total = given_count
    found = share_of(count, total)
    assert found.estimate == count / total
    for end in (found.low, found.high):
        assert end is not None
        if 0 < end < 1:
            assert abs(count / total - end) / sqrt(end * (1 - end) / total) == pytest.approx(1.959964, rel=1e-5)


def test_it_is_undefined_of_nobody():
    assert share_of(0, 0) == UNDEFINED


def test_all_and_none_have_an_interval_on_one_side():
    assert share_of(10, 10).high == 1.0
    assert share_of(0, 10).low == 0.0
