"""Fitting finds what separates the rows, and stays near the prior where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest

sparse = pytest.importorskip("scipy.sparse")


def test_weights_separate_and_unseen_signals_keep_their_prior() -> None:
    """A signal that never stands keeps the weight it started from, and only allowed answers compete."""
    from evals.fitting import fit, one_hot

    rows = sparse.csr_matrix(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] * 5))
    prior = np.array([[0.0, 0.0], [0.0, 0.0], [2.0, 0.0]])
    weights = fit(rows, one_hot([0, 1] * 5, 2), np.ones((10, 2)), np.ones(10), prior, 0.5)
    assert weights[0, 0] > weights[0, 1]
    assert weights[1, 1] > weights[1, 0]
    assert weights[2].tolist() == pytest.approx([2.0, 0.0])
