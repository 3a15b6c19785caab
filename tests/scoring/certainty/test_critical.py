import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scoring.certainty.critical import differences

SIZES = st.tuples(st.integers(1, 150), st.integers(2, 60))


def every_difference(drawn, target, up, down, rank):
    away = drawn - drawn[:, [target]]
    largest = np.maximum((away * up).max(axis=1), (-away * down).max(axis=1))
    return float(np.sort(np.maximum(largest, 0))[-rank])


@given(st.integers(0, 2**32), SIZES, st.data())
def test_the_quantile_is_that_of_all_differences(seed, sizes, data):
    random = np.random.default_rng(seed)
    draws, size = sizes
    variances = random.uniform(0.1, 4, size)
    drawn = (random.standard_normal((draws, size)) * np.sqrt(variances)).astype(np.float32)
    up, down = (random.choice([0, 0.5, 1, 2], size).astype(np.float32) for _ in range(2))
    target, rank = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, draws))

    found = differences(drawn, variances).quantile(target, up, down, rank)

    assert found == every_difference(drawn, target, up, down, rank)


@given(arrays.arrays(np.float32, (20, 7), elements=st.floats(-10, 10, width=32)), st.integers(1, 20))
def test_without_a_hypothesis_left_nothing_is_critical(drawn, rank):
    none = np.zeros(7, np.float32)

    assert differences(drawn, np.ones(7)).quantile(3, none, none, rank) == 0
