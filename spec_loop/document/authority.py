"""Levels of authority of a section, from the highest to the lowest."""

LEVELS = ("root", "system", "developer", "user", "guideline")
# Until 2025 the public Model Spec had one level, "platform", where it now has two; it held what root holds now.
_RANKS = {"platform": 1} | {level: rank for rank, level in enumerate(LEVELS, start=1)}
HIGHEST = frozenset({"root", "system", "platform"})


def rank(level: str) -> int | None:
    """Return the rank of a level (1 is the highest), None where it is not known."""
    return _RANKS.get(level)


def is_known(level: str) -> bool:
    """Return whether a level is one of the five, or "platform" of older documents."""
    return level in _RANKS
