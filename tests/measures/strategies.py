"""Hypothesis strategies for rankings, and the crowd of the worked numbers."""

from hypothesis import strategies as st

CROWD = ["A>B=D>C", "B>A>C>D", "A>B>C=D", "D>A=B>C", "A=B>C>D"]

sizes = st.integers(2, 6)


def dense(values: list[int]) -> list[int]:
    """Renumber values to places 0, 1, 2, ... without gaps."""
    ladder = sorted(set(values))
    return [ladder.index(value) for value in values]


def places(size: int) -> st.SearchStrategy[list[int]]:
    """One ranking with ties of `size` candidates, as dense places."""
    return st.lists(st.integers(0, size - 1), min_size=size, max_size=size).map(dense)


def any_places() -> st.SearchStrategy[list[int]]:
    """One ranking of 2 to 6 candidates."""
    return sizes.flatmap(places)


def crowds(size: int, *, fewest: int = 1, most: int = 8) -> st.SearchStrategy[list[list[int]]]:
    """Rankings of the same candidates by several people."""
    return st.lists(places(size), min_size=fewest, max_size=most)


any_crowd = sizes.flatmap(crowds)
