"""Create studies, change their settings, open and close them: a module per verb."""

from .changing import SETTINGS, TEXTS, update_study
from .creating import create_study
from .quota_plan import add_quota, change_quota, quota_questions, remove_quota
from .opening import NEXT, StatusRefused, missing_before_opening, pilot_people, set_status

__all__ = [
    "NEXT",
    "SETTINGS",
    "TEXTS",
    "StatusRefused",
    "add_quota",
    "change_quota",
    "create_study",
    "missing_before_opening",
    "pilot_people",
    "quota_questions",
    "remove_quota",
    "set_status",
    "update_study",
]
