"""How full the quotas of a study are."""

from dataclasses import dataclass

from django.db.models import Count, Q

from elicitation.models import Participant, Quota, Study


@dataclass(frozen=True)
class QuotaLevel:
    """A quota with the people who hold places in it: all of them, and those who have finished."""

    quota: Quota
    places: int
    filled: int
    finished: int

    @property
    def at_work(self) -> int:
        """How many hold a place and have not finished."""
        return self.filled - self.finished

    @property
    def left(self) -> int:
        """How many more are taken in; 0 also where more were taken in than there are places now."""
        return max(self.places - self.filled, 0)

    @property
    def is_full(self) -> bool:
        """Whether nobody more is taken in, unless somebody vanishes or leaves."""
        return self.left == 0


def quota_levels(study: Study) -> list[QuotaLevel]:
    """Return how full each quota of a study is, in the study's order."""
    counted = study.quotas.annotate(
        filled=Count("taken"),
        finished=Count("taken", filter=Q(taken__participant__outcome=Participant.Outcome.COMPLETE)),
    )
    return [QuotaLevel(quota, quota.places, quota.filled, quota.finished) for quota in counted.order_by("position")]
