"""What people are asked about: write a prompt, change it, put it elsewhere, have a model write its responses.

Importing many is `datasets`' work.
"""

from .adding import add_prompt, add_retest
from .changing import PromptInUse, change_prompt, is_in_use, move_prompt, remove_prompt
from .content import FEWEST_RESPONSES, MOST_RESPONSES, ROLES, Provenance
from .generating import Drafted, NotGenerated, draft_responses

__all__ = [
    "FEWEST_RESPONSES",
    "MOST_RESPONSES",
    "ROLES",
    "Drafted",
    "NotGenerated",
    "PromptInUse",
    "Provenance",
    "add_prompt",
    "add_retest",
    "change_prompt",
    "draft_responses",
    "is_in_use",
    "move_prompt",
    "remove_prompt",
]
