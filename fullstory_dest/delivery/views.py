"""Django views of delivery. ``document_cache`` finds the documents, and ``documents`` builds the responses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from fullstory_dest.compiler.files import SCRIPT
from fullstory_dest.delivery import document_cache, script_requests
from fullstory_dest.delivery.documents import (
    CachedDocument,
    Response,
    no_content,
    not_found,
    respond,
    respond_unstored,
)
from fullstory_dest.services.previews.preview_script import preview_script


def snippet(request: HttpRequest, write_key: str) -> HttpResponse:
    """Serve the runtime and the config in one script, at the path of Segment's script."""
    return _serve_and_count(request, write_key, document_cache.get_live(write_key, "snippet"))


def settings_document(request: HttpRequest, write_key: str) -> HttpResponse:
    """Serve the settings document, which ``@segment/analytics-next`` requests first."""
    return _serve_and_count(request, write_key, document_cache.get_live(write_key, "settings_document"))


def integrations(request: HttpRequest, write_key: str) -> HttpResponse:
    """Serve the list of destinations for ``@segment/consent-manager``."""
    return _serve(request, document_cache.get_integrations(write_key))


def config(request: HttpRequest, write_key: str) -> HttpResponse:
    """Serve the compiled config as JSON."""
    return _serve(request, document_cache.get_live(write_key, "config_document"))


def release(request: HttpRequest, write_key: str, digest: str) -> HttpResponse:
    """Serve the snippet of a release, for pages that pin it with ``integrity``."""
    return _serve_and_count(request, write_key, document_cache.get_pinned(write_key, digest))


def plugin(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve the plugin for analytics.js 2, which settings documents refer to."""
    return _serve(request, document_cache.get_plugin(digest))


def debug(request: HttpRequest) -> HttpResponse:
    """Serve the script that the snippet loads in debug mode."""
    return _serve(request, document_cache.get_debug_script())


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the script of a preview link. Of all documents, only this one reads and compiles drafts."""
    method = request.method or "GET"
    body = preview_script(token) if method in ("GET", "HEAD") else b""
    return _response(respond_unstored(body, SCRIPT, method))


@csrf_exempt
def events(request: HttpRequest) -> HttpResponse:
    """Accept and drop the events that analytics.js posts if the source has no API host."""
    return _response(no_content(request.method or "GET"))


def _serve_and_count(request: HttpRequest, write_key: str, document: CachedDocument | None) -> HttpResponse:
    """Serve a document that pages load first, and count the request."""
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
