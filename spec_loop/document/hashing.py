"""Name a text by its hash."""

import hashlib


def spec_hash(text: str) -> str:
    """Return the SHA-256 (64 hex digits) of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
