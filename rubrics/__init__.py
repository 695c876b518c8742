"""Rubrics: what the crowd's criteria and scores say, in full and at the core."""
