"""Delivery as Django views: thin, and replaceable. ``documents`` and ``document_cache`` decide what to answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from fullstory_dest.delivery import document_cache, script_requests
from fullstory_dest.delivery.documents import CachedDocument, Response, no_content, not_found, respond


def snippet(request: HttpRequest, write_key: str) -> HttpResponse:
    """Runtime and config in one script, at the path of Segment's own."""
    return _serve_and_count(request, write_key, document_cache.get_live(write_key, "snippet"))


def settings_document(request: HttpRequest, write_key: str) -> HttpResponse:
    """What ``@segment/analytics-next`` asks for first."""
    return _serve_and_count(request, write_key, document_cache.get_live(write_key, "settings_document"))


def integrations(request: HttpRequest, write_key: str) -> HttpResponse:
    """The list of destinations that ``@segment/consent-manager`` asks for."""
    return _serve(request, document_cache.get_integrations(write_key))


def config(request: HttpRequest, write_key: str) -> HttpResponse:
    """The compiled config as JSON."""
    return _serve(request, document_cache.get_live(write_key, "config_document"))


def release(request: HttpRequest, write_key: str, digest: str) -> HttpResponse:
    """One release's snippet, for pinning with ``integrity``."""
    return _serve_and_count(request, write_key, document_cache.get_pinned(write_key, digest))


def plugin(request: HttpRequest, digest: str) -> HttpResponse:
    """The plugin for analytics.js 2 that a settings document names."""
    return _serve(request, document_cache.get_plugin(digest))


def debug(request: HttpRequest) -> HttpResponse:
    """What the snippet loads where a page is debugged."""
    return _serve(request, document_cache.get_debug_script())


@csrf_exempt
def events(request: HttpRequest) -> HttpResponse:
    """Where analytics.js posts events when the source names no API host: they are dropped, unread."""
    return _response(no_content(request.method or "GET"))


def _serve_and_count(request: HttpRequest, write_key: str, document: CachedDocument | None) -> HttpResponse:
    """Serves what a page loads first, and remembers that it did."""
    if document is not None and request.method == "GET":
        script_requests.count_request(write_key, request.META.get("HTTP_REFERER", ""))
    return _serve(request, document)


def _serve(request: HttpRequest, document: CachedDocument | None) -> HttpResponse:
    method = request.method or "GET"
    if document is None:
        return _response(not_found(method))
    return _response(
        respond(
            document,
            method,
            accept_encoding=request.headers.get("Accept-Encoding", ""),
            if_none_match=request.headers.get("If-None-Match", ""),
        )
    )


def _response(answer: Response) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, headers=dict(answer.headers))
    if "Content-Type" not in answer.headers:
        del response["Content-Type"]
    return response
