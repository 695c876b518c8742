"""Only the filters an endpoint names are taken: a misspelt one would quietly answer with everything."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend  # type: ignore[import-untyped]
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


class NamedFilters(DjangoFilterBackend):
    """The filters in a view's `filterset_fields`; 400 for any other parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        """Return the rows that the filters let through. Raises `ValidationError` for a parameter that is none."""
        paging = getattr(view, "paginator", None)
        known = set(getattr(view, "filterset_fields", ()) or ())
        if paging is not None:
            known |= {paging.cursor_query_param, paging.page_size_query_param}
        if unknown := sorted(set(request.query_params) - known):
            raise ValidationError(
                {name: [f"There is no such filter. There are: {', '.join(sorted(known))}."] for name in unknown}
            )
        return super().filter_queryset(request, queryset, view)
