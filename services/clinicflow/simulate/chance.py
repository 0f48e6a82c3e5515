"""Chance that repeats: the same words give the same numbers, whatever happened before."""

import random


def chance_of(*words: object) -> random.Random:
    """A source of chance for one purpose, by the words that name it."""
    return random.Random("|".join(map(str, words)))  # noqa: S311 - a simulation keeps no secrets
