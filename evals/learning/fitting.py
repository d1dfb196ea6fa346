"""Fits softmax weights with a quadratic penalty: the same rows give the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

ALONG, ACROSS = 0.5, 2.5  # what it costs to say more by steps, and to say anything else

Array = np.ndarray[Any, np.dtype[np.float64]]


def fit(
    features: csr_matrix, targets: Array, allowed: Array, weight: Array, prior: Array, penalty: Array
) -> Array:
    """Weights (features by answers) that best explain `targets` (rows by answers, probabilities) where only
    the `allowed` answers compete; leaving the `prior` costs the penalty (answers by answers): `alike` or
    `in_order`."""
    answers = targets.shape[1]
    width = features.shape[1]
    transposed = features.T.tocsr()
    barred = np.where(allowed > 0, 0.0, -1e9)

    def loss(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(width, answers)
        scores = np.asarray(features @ weights) + barred
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        totals = powers.sum(axis=1, keepdims=True)
        chances = powers / totals
        logs = scores - np.log(totals)
        value = -(weight[:, None] * targets * np.where(targets > 0, logs, 0.0)).sum()
        wrong = (chances * targets.sum(axis=1, keepdims=True) - targets) * weight[:, None]
        away = (weights - prior) @ penalty
        slope = np.asarray(transposed @ wrong) + away
        return float(value + 0.5 * (away * (weights - prior)).sum()), slope.ravel()

    found = minimize(loss, prior.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300, "maxcor": 8})
    result: Array = found.x.reshape(width, answers)
    return result


def alike(answers: int, penalty: float) -> Array:
    """A penalty for answers without an order: each way of leaving the prior costs the same."""
    return penalty * np.eye(answers)


def in_order(answers: int, penalty: float) -> Array:
    """A penalty for answers that are steps: what says more of each step than of the one before is cheap, what
    speaks for one step alone is dear."""
    steps = np.arange(answers) - (answers - 1) / 2
    steps /= np.linalg.norm(steps)
    along = np.outer(steps, steps)
    return penalty * (ALONG * along + ACROSS * (np.eye(answers) - along))


def one_hot(places: list[int], width: int) -> Array:
    targets = np.zeros((len(places), width))
    targets[np.arange(len(places)), places] = 1.0
    return targets
