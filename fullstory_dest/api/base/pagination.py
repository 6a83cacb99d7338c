"""How lists are cut into pages."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination

from fullstory_dest.services.public_url import public_url


class PublicUrlPagination(PageNumberPagination):
    """``?page=2&page_size=50``; 100 a page unless told, 500 at most. Links are below ``PUBLIC_URL``."""

    page_size_query_param = "page_size"
    max_page_size = 500

    def get_next_link(self) -> str | None:
        link = super().get_next_link()
        return link and public_url(link)

    def get_previous_link(self) -> str | None:
        link = super().get_previous_link()
        return link and public_url(link)
