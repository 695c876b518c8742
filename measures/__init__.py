"""Pure numerics: rankings, agreement, aggregation, divergence, welfare, reliability, resampling.

Functions take and return numpy arrays and know nothing of Django. Undefined values are NaN, never a guess, and
means skip them. Everything random takes a `numpy.random.Generator` or a seed and is reproducible from it.
"""
