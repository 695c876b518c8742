"""What the steps of a protocol and the parts of a version are called on the pages of the staff."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from elicitation.protocol import (
    CRITERIA,
    IMPORTANCE,
    OWN_CRITERION,
    PERSONAL,
    REPRESENTATIVENESS,
    SUBJECTIVITY,
    UNACCEPTABLE,
    WORLD,
)

STEP_NAMES: Final[Mapping[str, Any]] = {
    UNACCEPTABLE: _("Unacceptable responses"),
    PERSONAL: _("Ranking for oneself"),
    WORLD: _("Ranking for the world"),
    IMPORTANCE: _("Importance of the prompt"),
    REPRESENTATIVENESS: _("How likely one would ask it"),
    SUBJECTIVITY: _("Whether there is one correct answer"),
    CRITERIA: _("Scores of the criteria"),
    OWN_CRITERION: _("A criterion of one's own"),
}

TEXT_NAMES: Final[Mapping[str, Any]] = {
    "information": _("Information"),
    "consent": _("Consent"),
    "thanks": _("Thanks"),
    "publishes": _("What is published"),
    "retention_until": _("Kept until"),
}
