"""The people of a study while a file is read: found or made by their key, a batch at a time."""

from collections.abc import Iterable

from django.utils import timezone

from elicitation.models import Participant, Study


class People:
    """Primary keys of a study's participants by key; those not met before are made."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.made = 0
        self._by_key: dict[str, int] = dict(study.participants.values_list("key", "pk"))

    def __getitem__(self, key: str) -> int:
        return self._by_key[key]

    def __contains__(self, key: str) -> bool:
        return key in self._by_key

    def ensure(self, keys: Iterable[str]) -> None:
        """Make the participants among `keys` that the study does not have."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._by_key]
        now = timezone.now()
        people = Participant.objects.bulk_create(
            Participant(study=self.study, key=key, source=Participant.Source.IMPORTED, consented_at=now, intake_at=now)
            for key in missing
        )
        self._by_key.update((person.key, person.pk) for person in people)
        self.made += len(people)
