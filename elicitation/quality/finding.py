"""Look for every sign in what people gave."""

from collections.abc import Iterator

from .attention import find_attention_failed
from .consistency import find_uneven_halves, find_unsteady, measure_halves
from .contradictions import find_other_winner, find_unacceptable_first
from .given import Finding, Material
from .machine import find_machine_phrases, find_pasted, find_typed_too_fast
from .sameness import find_all_ties, find_same_levels, find_same_positions
from .speed import find_too_fast
from .texts import find_copies

FAMILIES = (
    find_attention_failed,
    find_too_fast,
    find_same_positions,
    find_same_levels,
    find_all_ties,
    find_copies,
    find_unacceptable_first,
    find_other_winner,
    find_unsteady,
    find_pasted,
    find_typed_too_fast,
    find_machine_phrases,
)
"""Everything that is looked for, but halves, which are measured for the study as well."""


def find_all(material: Material) -> Iterator[Finding]:
    """Yield every finding in a study; each person, assessment and kind at most once."""
    yield from find_each(material)
    yield from find_uneven_halves(measure_halves(material))


def find_each(material: Material) -> Iterator[Finding]:
    """Yield every finding but those of halves, which are measured for the study as well."""
    for find in FAMILIES:
        yield from find(material)
