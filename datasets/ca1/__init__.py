"""The public CA-1 / CoVal file format, both ways: one module per file, reading beside writing.

`comparisons.jsonl` holds prompts, responses and assessments; `annotators.jsonl` holds people and the same
assessments; `merged_comparisons_annotators.jsonl` repeats both, one row per prompt and person;
`conversation_rubrics.jsonl` holds criteria, scores and core items.
"""
