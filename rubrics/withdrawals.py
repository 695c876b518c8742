"""What becomes of a core rubric when a criterion it was made of is taken back."""

from typing import Any

from elicitation.withdrawal import Taken

from .models import CoreItem


def forget(*, taken: Taken, **_said: Any) -> None:
    """Delete the core items made of nothing else than what is taken back, and those that repeat it.

    One made of several criteria stays, without the link to this one; it is to be made anew at the next condensing.
    """
    made_of_it = CoreItem.objects.filter(sources__in=taken.criteria).distinct()
    lost = [item.pk for item in made_of_it if not item.sources.exclude(pk__in=taken.criteria).exists()]
    texts = CoreItem.objects.filter(prompt__study=taken.participant.study).values_list("pk", "text")
    lost += [pk for pk, text in texts.iterator() if taken.quotations.occur_in(text)]
    CoreItem.objects.filter(pk__in=lost).delete()
