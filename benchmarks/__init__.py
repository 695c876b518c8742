"""Benchmarks that print ratios and fail below their limits."""


class Missed(Exception):
    """A benchmark did not reach its limit; the message says which."""
