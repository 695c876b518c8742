"""Taking part by API: what the participants' pages do, step by step, for apps and for bots that test a study.

Who takes part holds no account. They are taken in with their consent and hold a token from then on, which they send
as `Authorization: Participant <token>`. What a page would refuse is refused here too, by the same functions.
"""
