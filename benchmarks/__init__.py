"""Benchmarks that print ratios and fail below their limits."""
