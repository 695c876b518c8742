"""Long lists come in pages that stay right while rows are added: each names where the next one begins."""

from rest_framework.pagination import CursorPagination


class ByKey(CursorPagination):
    """Pages in the order of the primary key; `page_size` up to 200."""

    ordering = "pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
