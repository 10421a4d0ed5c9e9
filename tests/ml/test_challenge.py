"""What a challenger gains, loan by loan, against cases worked by hand."""

import numpy as np
import pytest

from ml.challenge import brier_differences, split_differences


def test_a_closer_pd_gains_what_the_brier_score_says() -> None:
    found = brier_differences([500_000, 200_000], [900_000, 300_000], [1, 0])
    assert found == pytest.approx([0.25 - 0.01, 0.04 - 0.09])


def test_a_split_is_weighed_by_the_chance_of_its_arm() -> None:
    found = split_differences(
        challenged=[True, True, True, False, False, False],
        approved=[True, True, False, True, True, False],
        bad=[0, 1, 0, 0, 1, 1],
        share_ppm=200_000,
    )
    largest = 5 / 0.2
    worked = [1 / 0.2, -5 / 0.2, 0, -1 / 0.8, 5 / 0.8, 0]
    assert found == pytest.approx(np.array(worked) / largest)


def test_arms_that_do_alike_differ_by_nothing_on_average() -> None:
    generator = np.random.default_rng(7)
    n = 200_000
    challenged = generator.random(n) < 0.2
    approved, bad = generator.random(n) < 0.7, generator.random(n) < 0.1
    found = split_differences(challenged, approved, bad, 200_000)
    assert abs(found.mean()) < 4 * found.std() / n**0.5
    assert np.abs(found).max() <= 1


@pytest.mark.parametrize("share", [0, 1_000_000])
def test_a_share_of_nobody_or_everybody_is_no_test(share: int) -> None:
    with pytest.raises(ValueError, match="between"):
        split_differences([True], [True], [0], share)
