"""Agreement of the stored rankings of a model, remembered until the data behind it change."""

import hashlib
from typing import Final

from django.core.cache import cache

from elicitation.models import Block, Study

from .agreement import Groups, StudyAgreement, StudyRankings, load_groups, load_rankings, measure_study
from .document import spec_text
from .models import SpecVersion
from .rankers import Verdicts, stored_verdicts

KEPT_SECONDS: Final = 7 * 24 * 3600

FORMAT: Final = 1
"""To be raised when figures come to mean something else, so that remembered ones are not shown."""


def stored_agreement(
    *,
    study: Study,
    version: SpecVersion,
    ranker: str,
    block: Block,
    resamples: int = 1000,
    seed: int = 0,
    with_excluded: bool = False,
) -> StudyAgreement:
    """Return the agreement of a model's stored rankings by a spec version with a study; asks no model.

    The figures are remembered under a hash of everything they are made of, so that they are never out of date, and
    those with the people excluded (`with_excluded`) are not those without.

    Raises `NoRankings` as `agreement.measure_study`.
    """
    people = load_rankings(study, block, with_excluded=with_excluded)
    verdicts = stored_verdicts(study=study, spec_hash=version.hash, ranker=ranker)
    groups = load_groups(study)
    state = _state(people, verdicts, groups)
    key = f"agreement:{FORMAT}:{version.hash}:{block.value}:{resamples}:{seed}:{state}"
    known = cache.get(key)
    if isinstance(known, StudyAgreement):
        return known
    found = measure_study(
        people,
        {pk: ranked.order for pk, ranked in verdicts.ranked.items()},
        block=block,
        spec=spec_text(version.text),
        relevant=verdicts.relevant,
        groups=groups,
        resamples=resamples,
        seed=seed,
    )
    cache.set(key, found, KEPT_SECONDS)
    return found


def _state(people: StudyRankings, verdicts: Verdicts, groups: Groups) -> str:
    """Return a hash of the data that figures are made of."""
    digest = hashlib.sha256()
    rankings = people.rankings
    for numbers in (rankings.prompt, rankings.person, rankings.order, rankings.sizes):
        digest.update(numbers.tobytes())
    parts = (
        [(prompt.pk, prompt.key) for prompt in people.prompts],
        people.participants,
        sorted((pk, ranked.order) for pk, ranked in verdicts.ranked.items()),
        sorted((pk, sorted(sections)) for pk, sections in verdicts.relevant.items()),
        [
            (question, sorted((value, sorted(who)) for value, who in found.items()))
            for question, found in groups.items()
        ],
    )
    digest.update(repr(parts).encode())
    return digest.hexdigest()
