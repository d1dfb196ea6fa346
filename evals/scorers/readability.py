"""Length and reading ease: how many words, and how easily read (Flesch; 60 and more is plain English)."""

from __future__ import annotations

import re

from evals.runs.results import Score
from evals.runs.samples import PointSample


def length(sample: PointSample) -> Score | None:
    if not sample.offered.text:
        return None
    return Score(scorer="length", value=float(len(sample.offered.text.split())))


def reading_ease(sample: PointSample) -> Score | None:
    if not sample.offered.text:
        return None
    return Score(scorer="reading_ease", value=round(flesch(sample.offered.text), 1))


def flesch(text: str) -> float:
    words = re.findall(r"[a-z']+", text.lower()) or ["a"]
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$)", text)))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables, words)) / len(words)


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e: right for most words, and the same for all versions compared."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith("le") and groups > 1
    return max(1, groups - silent)
