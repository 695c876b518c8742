"""Keep up how much people disagree about each prompt, for studies that prefer the divided ones.

It is measured every now and then and stored with the prompt, so that the choice of a next prompt only has to read it.
"""

import numpy as np

from measures.disagreement import order_variances
from measures.rankings import order_of_text

from .models import Prompt, Ranking, Study
from .queries.counted import counted


def measure_disagreement(study: Study) -> int:
    """Measure the prompts of a study anew, from the rankings that count; return for how many the figure changed.

    Both blocks are measured where people give both, and the mean of the two is stored.
    """
    prompts = {prompt.pk: prompt for prompt in study.prompts.only("candidates", "disagreement")}
    rankings = (
        Ranking.objects.filter(counted("assessment__"), assessment__prompt__study=study)
        .exclude(order="")
        .values_list("block", "assessment__prompt", "order")
    )
    by_board: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for block, pk, order in rankings:
        size = prompts[pk].candidates
        by_board.setdefault((block, size), []).append((pk, order_of_text(order, size)))
    variances: dict[int, list[float]] = {pk: [] for pk in prompts}
    for (_block, size), given in by_board.items():
        measured, index = np.unique([pk for pk, _order in given], return_inverse=True)
        found = order_variances([order for _pk, order in given], index, len(measured), size)
        for pk, variance in zip(measured.tolist(), found.tolist(), strict=True):
            variances[pk].append(variance)
    changed = []
    for pk, prompt in prompts.items():
        value = sum(variances[pk]) / len(variances[pk]) if variances[pk] else None
        if prompt.disagreement != value:
            prompt.disagreement = value
            changed.append(prompt)
    Prompt.objects.bulk_update(changed, ["disagreement"])
    return len(changed)


def measure_open_studies() -> int:
    """Measure the open studies that prefer divided prompts; return how many there are."""
    studies = Study.objects.filter(boost_disagreement=True, status__in=[Study.Status.PILOT, Study.Status.RUNNING])
    for study in studies:
        measure_disagreement(study)
    return len(studies)
