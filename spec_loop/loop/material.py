"""What a run reads of the study: the rankings that stood when it started, and how the ranker ranked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from elicitation.models import Block
from measures.agreement import Rankings
from measures.rankings import Ints
from spec_loop.agreement import StudyRankings, load_rankings
from spec_loop.models import Run, SplitPrompt
from spec_loop.rankers import stored_rankings


@dataclass(frozen=True)
class Material:
    """People's rankings of one block, the ranker's, and the part of the run that each prompt plays.

    Attributes:
        run: whose material it is.
        study: the rankings with the prompts and people behind their numbers, frozen as of the start of the run.
        parts: the part of each prompt, shape (P,); "" for a prompt outside the split.
    """

    run: Run
    study: StudyRankings
    parts: NDArray[np.str_]

    @property
    def rankings(self) -> Rankings:
        """People's rankings."""
        return self.study.rankings

    @cached_property
    def base(self) -> Ints:
        """The ranker's rankings by the spec as it is, shape (P,)."""
        return self.ranked(self.run.base_version.hash)

    def ranked(self, spec_hash: str, *, repeat: int = 0) -> Ints:
        """Return how the run's ranker ranked each prompt by a spec text, shape (P,); -1 where it did not."""
        prompts = [prompt.pk for prompt in self.study.prompts]
        rows = stored_rankings(spec_hash, self.run.ranker, prompts, repeat)
        return self.study.ranker({pk: row.order for pk, row in rows.items()})

    def within(self, parts: Iterable[SplitPrompt.Part]) -> NDArray[np.bool_]:
        """Return which rankings are of prompts of these parts, shape (n,)."""
        chosen = np.isin(self.parts, [part.value for part in parts])
        return chosen[self.rankings.prompt]


def load_material(run: Run) -> Material:
    """Read a run's material."""
    split = dict(run.split.values_list("prompt_id", "part"))
    given = load_rankings(run.study, Block(run.block), prompts=sorted(split), as_of=run.created_at)
    study = _as_of_start(given, run)
    parts = np.array([split.get(prompt.pk, "") for prompt in study.prompts], dtype=np.str_)
    return Material(run=run, study=study, parts=parts)


def _as_of_start(study: StudyRankings, run: Run) -> StudyRankings:
    """Leave out rankings given after the run started: its figures must not depend on how long it takes."""
    given = np.asarray(study.ranking_ids) <= run.last_ranking
    return replace(
        study,
        rankings=study.rankings.where(given),
        ranking_ids=[pk for pk, keep in zip(study.ranking_ids, given, strict=True) if keep],
    )
