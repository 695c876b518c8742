"""How a study runs, while it runs."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation.queries import monitoring

from .access import StudyView


class Monitoring(StudyView):
    """A running study in figures."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, slug: str) -> Response:
        """Read what the page of a running study shows: people, stages, times, coverage, and when it will be full."""
        found = monitoring.watch(self.study)
        outlook = found.outlook
        shown: dict[str, Any] = {
            "outcomes": asdict(found.outcomes),
            "stages": [asdict(stage) for stage in found.stages],
            "median_seconds": {"task": found.times.task, "steps": dict(found.times.steps)},
            "coverage": {
                "target": found.coverage.target,
                "prompts": {
                    prompt.key: count
                    for prompt, count in zip(found.coverage.prompts, found.coverage.counts, strict=True)
                },
            },
            "quotas": [
                {"label": level.quota.label, "places": level.places, "filled": level.filled, "finished": level.finished}
                for level in found.quotas
            ],
            "flags": {kind.key: count for kind, count in found.flags},
            "excluded": found.excluded,
            "open_tasks": found.open_tasks,
            "alerts": [{"kind": alert.kind, "raised_at": alert.raised_at} for alert in found.alerts],
            "outlook": {
                "state": outlook.state,
                "remaining": outlook.remaining,
                "full_at": outlook.at,
                "earliest": outlook.earliest,
                "latest": outlook.latest,
            },
        }
        return Response(shown)
