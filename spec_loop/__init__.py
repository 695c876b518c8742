"""The spec loop: documents, rankers, agreement, the loops that propose edits, and the people who decide."""
