"""How much people of a study have taken back: counts, for nothing else is known of it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from elicitation.models import Study, Withdrawal


@dataclass(frozen=True)
class TakenBack:
    """How many people took everything back, and how often single answers, texts, or what one said about oneself."""

    people: int
    answers: int
    texts: int
    intake: int

    def __bool__(self) -> bool:
        return bool(self.people or self.answers or self.texts or self.intake)


def taken_back(study: Study) -> TakenBack:
    """Count the withdrawals in a study."""
    scopes = {"people": "everything", "answers": "answer", "texts": "texts", "intake": "intake"}
    counts = {name: Count("pk", filter=Q(scope=scope)) for name, scope in scopes.items()}
    return TakenBack(**Withdrawal.objects.filter(participant__study=study).aggregate(**counts))
