"""Reads of studies, prompts and people that are worth a name."""
