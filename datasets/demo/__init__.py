"""The demo study: 36 prompts and a spec written for it, and 200 simulated people.

`content` reads the written part (`content/*`). `planted` says what the simulated people prefer and how strongly;
`people`, `answering` and `wording` draw their answers from that and from the authors' annotations of the answers,
never from the words of an answer, so that whoever finds the planted effect in the words has found something.
`loading` puts all of it into the database. Everything but `loading` is free of Django.
"""
