"""Tables of the spec loop."""

from .document import Document, SpecVersion
from .proposal import Decision, Evidence, Proposal
from .ranking import SectionRelevance, SpecRanking
from .run import CandidateEdit, Run, SplitPrompt, WorkItem

__all__ = [
    "CandidateEdit",
    "Decision",
    "Document",
    "Evidence",
    "Proposal",
    "Run",
    "SectionRelevance",
    "SpecRanking",
    "SpecVersion",
    "SplitPrompt",
    "WorkItem",
]
