"""Create studies, change their settings, open and close them: a module per verb."""

from .changing import SETTINGS, TEXTS, update_study
from .creating import create_study
from .opening import NEXT, StatusRefused, missing_before_opening, pilot_people, set_status

__all__ = [
    "NEXT",
    "SETTINGS",
    "TEXTS",
    "StatusRefused",
    "create_study",
    "missing_before_opening",
    "pilot_people",
    "set_status",
    "update_study",
]
