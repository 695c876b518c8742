"""Measure what an edit does to groups of people and to sections of the spec, on the holdout prompts."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from measures.agreement import Difference
from spec_loop.agreement import load_groups
from spec_loop.document import spec_text
from spec_loop.models import CandidateEdit, SplitPrompt
from spec_loop.rankers import stored_relevance

from .losses import Loss, group_loss, section_loss
from .material import Material
from .plan import LoopPlan
from .testing import gain


def find_losses(material: Material, edit: CandidateEdit, plan: LoopPlan) -> list[Loss]:
    """Return what an edit does to every group and section large enough to be judged."""
    holdout = material.within([SplitPrompt.Part.HOLDOUT])
    found = []
    for question, value, members in _groups(material):
        chosen = holdout & members
        size = len(np.unique(material.rankings.person[chosen]))
        if size >= plan.fewest_people:
            difference = _difference(material, edit, chosen, plan)
            found.append(group_loss(question, value, size, difference, plan.group_margin))
    for section_id, title, prompts in _sections(material):
        chosen = holdout & prompts[material.rankings.prompt]
        size = len(np.unique(material.rankings.prompt[chosen]))
        if size >= plan.fewest_prompts:
            difference = _difference(material, edit, chosen, plan)
            found.append(section_loss(section_id, title, size, difference, plan.section_margin))
    return [loss for loss in found if loss is not None]


def _difference(material: Material, edit: CandidateEdit, chosen: NDArray[np.bool_], plan: LoopPlan) -> Difference:
    return gain(material, edit, chosen, resamples=plan.resamples, confidence=plan.confidence)


def _groups(material: Material) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Yield intake question, answer, and which rankings are of people who gave it."""
    numbers = {pk: number for number, pk in enumerate(material.study.participants)}
    for question, answers in load_groups(material.run.study).items():
        for value in sorted(answers):
            people = [numbers[pk] for pk in answers[value] if pk in numbers]
            yield question, value, np.isin(material.rankings.person, people)


def _sections(material: Material) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Yield section, title, and which prompts it governs, in the spec's order."""
    base = material.run.base_version
    prompts = [prompt.pk for prompt in material.study.prompts]
    governing = stored_relevance(base.hash, material.run.ranker, prompts)
    for section in spec_text(base.text).sections:
        governed = np.array([section.id in governing.get(pk, ()) for pk in prompts], dtype=np.bool_)
        if governed.any():
            yield section.id, section.title, governed
