"""The automated loop: rank, propose edits, test them on prompts nobody looked at before, put them before people.

A run is rows: what it may look at (`split`), what is to be asked (`items`, leased to whoever works), which edits it
tests (`candidates`). `stages` lays out one stage after the other, `working` does the work from wherever it is called
(a Celery task, the command line), `runs` is what people do to a run.
"""
