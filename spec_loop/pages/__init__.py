"""Pages of the spec loop: documents, agreement, runs, proposals."""
