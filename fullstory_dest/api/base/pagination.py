"""Pagination of lists."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination

from fullstory_dest.services.public_url import public_url


class PublicUrlPagination(PageNumberPagination):
    """Paginate by ``?page=2&page_size=50``, with 100 rows by default and 500 at most. Links use ``PUBLIC_URL``."""

    page_size_query_param = "page_size"
    max_page_size = 500

    def get_next_link(self) -> str | None:
        link = super().get_next_link()
        return link and public_url(link)

    def get_previous_link(self) -> str | None:
        link = super().get_previous_link()
        return link and public_url(link)
