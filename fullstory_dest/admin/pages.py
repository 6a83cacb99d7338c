"""Building blocks of views: the rows that a URL names, and ``admin_page``, which renders a template."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from fullstory_dest.admin.links import TABS
from fullstory_dest.models import Destination, Environment, Review, Source
from fullstory_dest.services.sources.status import with_statuses

P = ParamSpec("P")


def current_user(request: HttpRequest) -> User:
    """The user of a page that requires a login."""
    assert isinstance(request.user, User)
    return request.user


def is_script_request(request: HttpRequest) -> bool:
    """Whether a script sent the request, by its headers.

    Browsers send Sec-Fetch-Mode only over TLS. Our scripts, htmx and jQuery always send a header.
    """
    if "X-Requested-With" in request.headers or "HX-Request" in request.headers:
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" or request.headers.get("Accept", "").startswith("application/json")


def source_view(
    *permissions: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Source, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a view of one source: ``view(request, source, ...)`` is routed with the URL argument ``pk``.

    Requires a login, permission to view sources, and ``permissions``. Raises PermissionDenied or Http404. The source
    has its stored status, for ``source_status``.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, Source, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(
            request: HttpRequest, pk: int | Source, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if not request.user.has_perms(("fullstory_dest.view_source", *permissions)):
                raise PermissionDenied
            # A view that calls another one passes its source.
            source = pk if isinstance(pk, Source) else with_statuses(Source.objects.filter(pk=pk)).first()
            if source is None:
                raise Http404
            return view(request, source, *args, **kwargs)

        return admin.site.admin_view(wrapped)

    return decorate


def destination_of(source: Source, key: int) -> Destination:
    """The destination of a source by its ID. Raises Http404 if there is none."""
    found = source.destinations.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def environments_of(source: Source, *, compiled: bool = False) -> list[Environment]:
    """The environments of a source in promotion order, each with its live deployment. This takes one query.

    Annotated with whether they have reviews (``has_reviews``). ``compiled`` loads the compiled mappings, too.
    """
    environments = Environment.objects.select_related("live__release", "live__created_by").annotate(
        has_reviews=Exists(Review.objects.filter(environment=OuterRef("pk")))
    )
    environments = environments.order_by("position", "id")
    environments = environments if compiled else environments.defer("live__release__compiled")
    prefetch_related_objects([source], Prefetch("environments", environments))
    found = list(source.environments.all())
    for environment in found:
        if environment.live:
            environment.live.environment = environment
    return found


def has_several_environments(source: Any) -> bool:
    """Whether a saved source has more than one environment."""
    return source is not None and source.pk is not None and len(source.environments.all()) > 1


def chosen_environment(request: HttpRequest, source: Source, *, default: str = "first") -> Environment:
    """The environment whose slug is in the URL, or else the ``first`` or the ``last`` one. Raises Http404."""
    environments = environments_of(source)
    slug = request.GET.get("environment", "")
    if not slug:
        return environments[0 if default == "first" else -1]
    found = next((each for each in environments if each.slug == slug), None)
    if found is None:
        raise Http404
    return found


def admin_page(
    request: HttpRequest, template: str, title: str | Promise, *, status: int | None = None, **context: Any
) -> TemplateResponse:
    """Render a page with the admin's sidebar. ``object`` in the context adds breadcrumbs to that row."""
    row = context.get("object")
    context = {"opts": row._meta if row else None, "title": title, **context}
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context}, status=status)


def source_tab(
    request: HttpRequest, source: Source, tab: str, template: str = "", **context: Any
) -> TemplateResponse:
    """Render a tab of a source; with ``template``, a page below the tab."""
    template = template or f"fullstory_dest/sources/{tab}_tab.html"
    whole = {
        "object": source,
        "original": source,
        "subtitle": TABS[tab],
        "source": source,
        "tab": tab,
        **context,
    }
    return admin_page(request, template, source.name, **whole)
