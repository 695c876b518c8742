"""What the pages of a study have in common."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from elicitation.models import Role, Study
from elicitation.permissions import role_in


def render_page(
    request: HttpRequest, template: str, study: Study, *, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page of a study; the template extends `elicitation/study_base.html`."""
    held = role_in(request.user, study)
    frame = {
        "study": study,
        "may_edit": held in {Role.RESEARCHER, Role.ADMIN},
        "may_administer": held == Role.ADMIN,
    }
    return render(request, f"elicitation/{template}.html", {**frame, **context}, status=status)
