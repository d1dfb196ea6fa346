"""Fitting finds what separates the rows, and stays near the prior where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

sparse = pytest.importorskip("scipy.sparse")


def test_weights_separate_and_unseen_signals_keep_their_prior() -> None:
    """A signal that never stands keeps the weight it started from, and only allowed answers compete."""
    from evals.learning.fitting import alike, fit, one_hot

    rows = sparse.csr_matrix(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] * 5))
    prior = np.array([[0.0, 0.0], [0.0, 0.0], [2.0, 0.0]])
    weights = fit(rows, one_hot([0, 1] * 5, 2), np.ones((10, 2)), np.ones(10), prior, alike(2, 0.5))
    assert weights[0, 0] > weights[0, 1]
    assert weights[1, 1] > weights[1, 0]
    assert weights[2].tolist() == pytest.approx([2.0, 0.0])


def test_answers_in_order_move_by_steps() -> None:
    """What is seen with the highest step alone speaks for the step before it too, and against the lowest."""
    from evals.learning.fitting import alike, fit, in_order, one_hot

    rows = sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 1.0]] * 5))
    targets, prior, each = one_hot([2, 0] * 5, 3), np.zeros((2, 3)), np.ones(10)
    by_steps = fit(rows, targets, np.ones((10, 3)), each, prior, in_order(3, 1.0))[0]
    apart = fit(rows, targets, np.ones((10, 3)), each, prior, alike(3, 1.0))[0]
    assert by_steps[0] < by_steps[1] < by_steps[2]
    assert apart[1] == pytest.approx(apart[0])
