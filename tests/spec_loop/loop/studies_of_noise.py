"""Studies without any effect, in memory: people who rank at random, and edits that move the ranker at random."""

from dataclasses import dataclass

import numpy as np

from measures.agreement import Rankings
from measures.rankings import Ints
from spec_loop.agreement import RankedPrompt, StudyRankings
from spec_loop.loop.material import Material
from spec_loop.models import CandidateEdit, Run, SplitPrompt


@dataclass(frozen=True)
class GivenMaterial(Material):
    """Material whose ranker's answers are given, so that no database is asked."""

    answers: dict[str, Ints]

    def ranked(self, spec_hash: str, *, repeat: int = 0) -> Ints:  # noqa: ARG002  # the signature of the real one
        """Return the answers under that name."""
        return self.answers[spec_hash]


def material_of_noise(*, seed: int, edits: int, prompts: int = 36, people: int = 60, tasks: int = 10) -> GivenMaterial:
    """Return material in which everybody ranks at random, on `tasks` prompts each.

    Edit `n`, under the name "edit-n", gives a random half of the prompts another random ranking: none gains anything
    in truth, each seems to gain or lose a little.
    """
    rng = np.random.default_rng(seed)
    prompt = np.concatenate([rng.permutation(prompts)[:tasks] for _ in range(people)])
    person = np.repeat(np.arange(people), tasks)
    study = StudyRankings(
        rankings=Rankings(prompt, person, rng.integers(0, 75, prompt.size), np.full(prompts, 4)),
        prompts=[RankedPrompt(number + 1, f"q{number}", 4) for number in range(prompts)],
        participants=list(range(people)),
        ranking_ids=list(range(prompt.size)),
    )
    base = rng.integers(0, 75, prompts)
    answers = {"base": base} | {
        f"edit-{number}": np.where(rng.random(prompts) < 0.5, rng.integers(0, 75, prompts), base)
        for number in range(edits)
    }
    parts = np.array([list(SplitPrompt.Part)[number % 3].value for number in range(prompts)])
    made = GivenMaterial(run=Run(seed=seed), study=study, parts=parts, answers=answers)
    made.__dict__["base"] = base
    return made


def edits_of_noise(count: int) -> list[CandidateEdit]:
    """Return the edits of `material_of_noise`, not tested yet."""
    return [CandidateEdit(number=number, spec_hash=f"edit-{number}") for number in range(count)]
