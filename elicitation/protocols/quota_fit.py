"""Whether the quotas of a study can be filled by the answers its intake survey offers."""

import unicodedata

from django.utils.translation import gettext as _

from elicitation.models import Study
from elicitation.protocol import CHOICE

from .versions import written


def problems_of_quotas(study: Study) -> list[str]:
    """Say in sentences which quotas nobody can fit, because the survey does not offer what they ask for."""
    quotas = list(study.quotas.all())
    if not quotas:
        return []
    offered = {
        question["key"]: {unicodedata.normalize("NFKC", option) for option in question["options"]}
        for question in written(study).intake
        if _is_choice(question)
    }
    return [
        _("Nobody can fit the quota “%(quota)s”: the intake survey does not offer the answers it asks for.")
        % {"quota": quota.label}
        for quota in quotas
        if any(not set(values) & offered.get(key, set()) for key, values in quota.conditions.items())
    ]


def _is_choice(question: dict[str, object]) -> bool:
    return question["kind"] == CHOICE
