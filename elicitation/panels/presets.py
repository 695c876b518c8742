"""What is known of common panels: how they name a person in an address, and where a person returns to.

Sources of the facts, read in November 2026, are named in `docs/decisions/panels.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from elicitation.models import Panel


@dataclass(frozen=True)
class Preset:
    """A panel before a study has one.

    `placeholders` maps parameters to what the panel replaces by the person's own value; those without one are appended
    by the panel itself, or by hand.
    """

    key: str
    name: str | Promise
    id_parameter: str
    captured_parameters: tuple[str, ...] = ()
    placeholders: Mapping[str, str] = field(default_factory=dict)
    return_url: str = ""
    signature: str = Panel.Signature.NONE
    hint: str | Promise = ""


PRESETS: Final = {
    preset.key: preset
    for preset in (
        Preset(
            key="prolific",
            name="Prolific",
            id_parameter="PROLIFIC_PID",
            captured_parameters=("STUDY_ID", "SESSION_ID"),
            placeholders={
                "PROLIFIC_PID": "{{%PROLIFIC_PID%}}",
                "STUDY_ID": "{{%STUDY_ID%}}",
                "SESSION_ID": "{{%SESSION_ID%}}",
            },
            return_url="https://app.prolific.com/submissions/complete?cc={code}",
            signature=Panel.Signature.PROLIFIC,
            hint=_(
                "Make one completion code in Prolific for each outcome below, each with the action you want, and copy "
                "them here."
            ),
        ),
        Preset(
            key="connect",
            name="CloudResearch Connect",
            id_parameter="participantId",
            captured_parameters=("assignmentId", "projectId"),
            return_url="https://connect.cloudresearch.com/participant/project/{code}/complete",
            hint=_(
                "The code for done is the part of Connect's redirect URL between project/ and /complete. Partial "
                "completes have a redirect URL of their own each: give the whole address as the code."
            ),
        ),
        Preset(
            key="sona",
            name="SONA",
            id_parameter="survey_code",
            placeholders={"survey_code": "%SURVEY_CODE%"},
            return_url=(
                "https://YOUR-SCHOOL.sona-systems.com/webstudy_credit.aspx"
                "?experiment_id=YOUR-STUDY&credit_token={code}&survey_code={id}"
            ),
            hint=_(
                "Copy experiment_id and the host's name from the client-side completion URL that SONA shows. The code "
                "for done is its credit_token; whoever has none for another outcome is granted no credit."
            ),
        ),
        Preset(
            key="generic",
            name=_("Another panel"),
            id_parameter="id",
            hint=_("Ask the panel how it names a person in an address, and where a person is to return to."),
        ),
    )
}


def preset_of(panel: Panel) -> Preset:
    """Return the preset a panel was made from, the generic one where it is none of ours."""
    return PRESETS.get(panel.preset, PRESETS["generic"])
