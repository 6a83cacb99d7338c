"""Demo site with the snippet and a stand-in for FullStory's script, which works offline."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fullstory_dest.compiler.files import SCRIPT
from fullstory_dest.models import Environment, Source
from fullstory_dest.services.public_url import public_url

WRITE_KEY: Final = "demo"
#: The environments of the demo shop.
SHOP: Final = {"staging": "Staging", "production": "Production"}


@never_cache
@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """Show the page of a source with one environment."""
    return _page(request, WRITE_KEY, "Demo site")


@never_cache
@require_safe
def shop(request: HttpRequest, environment: str) -> HttpResponse:
    """Show the page of the source with Staging and Production, in one of them."""
    if environment not in SHOP:
        raise Http404
    return _page(request, f"{WRITE_KEY}-{environment}", f"Demo shop, {SHOP[environment]}")


def _page(request: HttpRequest, write_key: str, title: str) -> HttpResponse:
    """Show a page with the install tag, and buttons that call identify, track and page.

    Browsers cache the snippet for minutes, but a publish should take effect here immediately. From the second
    deployment, its ID is therefore part of the URL. The tag of a real site has no ID and never changes.
    """
    environment = Environment.objects.select_related("source").filter(write_key=write_key).first()
    snippet = public_url(reverse("delivery:snippet", args=[write_key]))
    return render(
        request,
        "demo/site.html",
        {
            "title": title,
            "sites": [
                (reverse("demo:site"), "Demo site"),
                *((reverse("demo:shop", args=[slug]), f"Demo shop, {name}") for slug, name in SHOP.items()),
            ],
            "snippet": snippet + _version(environment),
            "tag": f'<script async src="{snippet}"></script>',
            "admin": _admin_page(environment.source if environment else None),
            "write_key": write_key,
        },
    )


def _version(environment: Environment | None) -> str:
    """Return the part of the snippet's URL that changes with what is live. It's empty for the first deployment."""
    if environment is None or not environment.source.enabled:
        return "?deployment=0"
    live = environment.live_id or 0
    first = environment.deployments.order_by("id").values_list("id", flat=True).first()
    return "" if live == first else f"?deployment={live}"


def _admin_page(source: Source | None) -> str:
    """Return the URL of the demo's source in the admin."""
    if source is None:
        return reverse("admin:index")
    return reverse("admin:fullstory_dest_source_overview", args=[source.pk])


@require_safe
def fullstory_script(request: HttpRequest) -> HttpResponse:
    """Serve the stand-in for fs.js. As with FullStory's, pages on any origin can load it with ``crossorigin``."""
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Timing-Allow-Origin": "*",
        "Cache-Control": "public, max-age=300",
    }
    return HttpResponse(_script(), content_type=SCRIPT, headers=headers)


@cache
def _script() -> bytes:
    return (Path(__file__).parent / "fs.js").read_bytes()
