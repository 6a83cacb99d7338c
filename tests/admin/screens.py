"""Every screen of the admin, found by its URL. A screen that is not described here is an error.

A screen is a page, a part of one, or an answer to a script. Requesting it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlencode

from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from fullstory_dest.admin.home.views import FILTERS
from fullstory_dest.catalog.sample_events import SAMPLE_EVENTS
from fullstory_dest.services.previews.preview_link import create_preview_link
from tests.factories import an_owner
from tests.factories_large import Site

Who = Literal["owner", "nobody"]


@dataclass(frozen=True, slots=True)
class Ask:
    """How to request a screen: arguments of its URL, its query, and the posted data.

    ``sent`` is a form, ``asked`` is JSON. In a screen's name, ``label`` replaces a query that differs between sites.
    """

    keys: tuple[Any, ...] = ()
    query: str | dict[str, Any] = ""
    sent: dict[str, Any] | None = None
    asked: dict[str, Any] | None = None
    who: Who = "owner"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """``name`` is the name of the URL, followed by the query."""

    name: str
    address: str
    ask: Ask

    def get(self, clients: dict[Who, Client]) -> Any:
        client = clients[self.ask.who]
        if self.ask.asked is not None:
            return client.post(self.address, json.dumps(self.ask.asked), content_type="application/json")
        return client.get(self.address) if self.ask.sent is None else client.post(self.address, self.ask.sent)


@dataclass
class _Known:
    """The ways to request each screen, by the name of its URL."""

    ways: dict[str, Callable[[Site], list[Ask]]] = field(default_factory=dict)

    def at(self, *names: str) -> Callable[[Callable[[Site], list[Ask]]], None]:
        def add(way: Callable[[Site], list[Ask]]) -> None:
            self.ways |= dict.fromkeys(names, way)

        return add


#: URLs that show nothing or change something, and those that don't matter here.
NO_SCREENS: Final = {
    **dict.fromkeys(
        (
            "mfa_authenticate",
            "mfa_login_webauthn",
            "account_logout",
            "openid_connect_login",
            "openid_connect_callback",
        ),
        "is part of logging in",
    ),
    **dict.fromkeys(
        (
            *("account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
            *(
                "mfa_activate_totp",
                "mfa_deactivate_totp",
                "mfa_view_recovery_codes",
                "mfa_generate_recovery_codes",
            ),
            *("mfa_add_webauthn", "mfa_remove_webauthn"),
        ),
        "asks to confirm who it is",
    ),
    "mfa_list_webauthn": "leads to two-factor login",
    "account_change_password": "asks for a password, which nobody here has",
    "account_set_password": "leads to one's account",
    "admin:set_password": "asks for a password, whatever there is",
    "admin:search": "is hidden by ours",
    "admin:login": "is hidden by ours",
    "admin:password_change": "is hidden by ours",
    "admin:password_change_done": "leads to one's account",
    "admin:logout": "only does",
    "admin:view_on_site": "leads to pages of models that have none",
    "admin:app_list": "leads to what the sidebar has",
    "admin:fullstory_dest_mapping_switch": "only does",
    "admin:fullstory_dest_destination_switch": "only does",
    "admin:fullstory_dest_source_switch": "only does",
    "admin:fullstory_dest_source_save_test_case": "only does",
    "admin:fullstory_dest_source_move_environment": "only does",
    "admin:fullstory_dest_environment_changelist": "leads to the sources",
    **dict.fromkeys(
        ("admin:fullstory_dest_environment_delete", "admin:fullstory_dest_source_promote"),
        "needs a second environment: see test_environments.py",
    ),
    "admin:fullstory_dest_setup_leave": "only does",
    "admin:fullstory_dest_setup_finish": "leads to the Install tab",
    **{
        f"admin:fullstory_dest_{model}_{page}": "is refused to everybody"
        for model, pages in {
            "migration": ("add", "delete", "history"),
            "release": ("add", "delete", "history"),
            "testcase": ("add",),
        }.items()
        for page in pages
    },
}
TRACK: Final = json.dumps(SAMPLE_EVENTS["track"])
_known = _Known()


def screens(site: Site) -> list[Screen]:
    """Every screen, for the rows of a site. Raise LookupError for a screen that is not described here."""
    found = []
    for name in _names():
        if name in NO_SCREENS:
            continue
        for ask in _asks(name, site):
            query = ask.query if isinstance(ask.query, str) else urlencode(ask.query)
            address = reverse(name, args=ask.keys)
            short = name.rpartition(":")[2].removeprefix("fullstory_dest_")
            label = f"{short} {ask.label or query}".strip()
            found.append(Screen(label, f"{address}?{query}" if query else address, ask))
    return found


def _names() -> list[str]:
    """The names of all URLs of the admin."""

    def below(patterns: list[Any], before: str, space: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from below(pattern.url_patterns, route, space + inner)
            # URLs without a name redirect to one with a name.
            elif isinstance(pattern, URLPattern) and pattern.name and route.startswith("admin/"):
                yield space + pattern.name

    return list(dict.fromkeys(below(get_resolver().url_patterns, "", "")))


def _asks(name: str, site: Site) -> list[Ask]:
    if name in _known.ways:
        return _known.ways[name](site)
    rows = _rows(site)
    for model, model_admin in admin.site._registry.items():
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        page = name.removeprefix(f"admin:{label}_")
        row = rows[label]
        match page:
            case "changelist":
                lists = _lists(model_admin, site)
                return [Ask(query=query, label=label) for query, label in lists]
            case "add":
                return [Ask()]
            case "change" | "delete" | "history":
                return [Ask((row.pk,))]
            case "simple_history":
                versions = row.history.order_by("-history_id")
                return [Ask((row.pk, versions[0].pk))]
    raise LookupError(f"say in {__name__} how to ask for {name}")


def _rows(site: Site) -> dict[str, Any]:
    return {
        "fullstory_dest_source": site.source,
        "fullstory_dest_destination": site.destination,
        "fullstory_dest_mapping": site.mapping,
        "fullstory_dest_environment": site.environment,
        "fullstory_dest_release": site.release,
        "fullstory_dest_testcase": site.test_case,
        "fullstory_dest_classicdestination": site.classic,
        "fullstory_dest_migration": site.migration,
        "auth_user": site.colleague,
    }


def _lists(model_admin: Any, site: Site) -> Iterator[tuple[str, str]]:
    """Queries of a list with names: the first page, the last page, a search, each filter and each order."""
    request = RequestFactory().get("/")
    request.user = site.superuser
    changelist = model_admin.get_changelist_instance(request)
    yield "", ""
    if changelist.paginator.num_pages > 1:
        yield f"p={changelist.paginator.num_pages}", "last page"
    if changelist.search_fields:
        yield "q=shop", ""
        yield "q=e", ""
        yield "q=nothing+has+this", ""
    for column, name in enumerate(changelist.list_display):
        if changelist.get_ordering_field(name):
            yield f"o=-{column}", f"by {name}"
    for spec in changelist.filter_specs:
        if isinstance(spec, AutocompleteSelectFilter):
            yield f"{spec.lookup_kwarg}={site.source.pk}", spec.lookup_kwarg
        else:
            queries = [choice["query_string"].lstrip("?") for choice in spec.choices(changelist)]
            yield from ((query, f"{spec.title} {number}") for number, query in enumerate(queries) if query)


@_known.at("account_login")
def _signed_out(site: Site) -> list[Ask]:
    return [Ask(who="nobody")]


@_known.at("admin:search")
def _search(site: Site) -> list[Ask]:
    terms = ("s", "shop 7", "order completed", "track", "nothing has this")
    return [
        *(Ask(query={"s": term}) for term in terms),
        Ask(query={"s": site.source.write_key}, label="write key"),
    ]


@_known.at("admin:docs")
def _docs(site: Site) -> list[Ask]:
    return [Ask(), *(Ask((page,), label=page) for page in ("admin", "install", "triggers"))]


@_known.at("admin:revoke_token")
def _token(site: Site) -> list[Ask]:
    return [Ask((site.token.token_key,))]


@_known.at("admin:index")
def _home(site: Site) -> list[Ask]:
    queries = ({"q": "shop"}, {"q": "nothing has this"}, {"page": 999})
    states = ({"state": state} for state in FILTERS if state)
    searched = ({"state": state, "q": "shop 1"} for state in FILTERS if state)
    by_key = Ask(query={"q": site.source.write_key}, label="write key")
    return [Ask(), by_key, *(Ask(query=query) for query in (*queries, *states, *searched))]


@_known.at("admin:autocomplete")
def _autocomplete(site: Site) -> list[Ask]:
    whose = {"app_label": "fullstory_dest", "model_name": "classicdestination", "field_name": "source"}
    return [Ask(query={**whose, "term": term}) for term in ("", "shop")]


@_known.at(
    *(f"admin:{name}" for name in ("account", "roles", "tokens")),
    "mfa_index",
    *(f"admin:{name}" for name in ("jsi18n",)),
    *(f"admin:fullstory_dest_{name}" for name in ("catalog", "catalog_entry")),
)
def _alone(site: Site) -> list[Ask]:
    return [Ask()]


@_known.at(
    *(
        f"admin:fullstory_dest_source_{page}"
        for page in (
            *("overview", "destinations", "install", "last_request", "test", "live"),
            *("rotate", "archive", "publish", "preview", "reviews"),
        )
    )
)
def _of_the_source(site: Site) -> list[Ask]:
    return [Ask((site.source.pk,))]


@_known.at("admin:fullstory_dest_source_qr_code")
def _qr_code(site: Site) -> list[Ask]:
    link = create_preview_link(site.source.production, by=an_owner(), page_url="https://shop.example/")
    return [Ask((site.source.pk, link.pk))]


@_known.at("admin:fullstory_dest_source_mappings")
def _source_mappings(site: Site) -> list[Ask]:
    return [Ask((site.source.pk,)), Ask((site.source.pk,), {"q": "order"})]


@_known.at("admin:fullstory_dest_source_releases")
def _releases(site: Site) -> list[Ask]:
    return [Ask((site.source.pk,)), Ask((site.source.pk,), {"before": site.deployment.pk}, label="older")]


@_known.at("admin:fullstory_dest_source_compare")
def _compare(site: Site) -> list[Ask]:
    with_drafts = {"from": site.release.number, "to": "draft"}
    releases = {"from": site.old_release.number, "to": site.release.number}
    keys = (site.source.pk,)
    return [Ask(keys, with_drafts, label="with drafts"), Ask(keys, releases, label="two releases")]


@_known.at("admin:fullstory_dest_source_run_event")
def _run(site: Site) -> list[Ask]:
    return [Ask((site.source.pk,), sent={"event": TRACK})]


@_known.at("admin:fullstory_dest_source_test_case")
def _test_case(site: Site) -> list[Ask]:
    return [Ask((site.source.pk, site.test_case.pk))]


@_known.at("admin:fullstory_dest_environment_add")
def _environment(site: Site) -> list[Ask]:
    return [Ask(query={"source": site.source.pk}, label="of a source")]


@_known.at("admin:fullstory_dest_release_load_into_drafts")
def _of_a_release(site: Site) -> list[Ask]:
    return [Ask((site.old_release.pk,))]


@_known.at("admin:fullstory_dest_review_change")
def _of_the_review(site: Site) -> list[Ask]:
    return [Ask((site.review.pk,))]


@_known.at("admin:fullstory_dest_deployment_roll_back")
def _of_a_deployment(site: Site) -> list[Ask]:
    return [Ask((site.old_deployment.pk,))]


@_known.at("admin:fullstory_dest_mapping_duplicate_mapping")
def _of_the_mapping(site: Site) -> list[Ask]:
    return [Ask((site.mapping.pk,))]


@_known.at("admin:fullstory_dest_mapping_run_event")
def _try(site: Site) -> list[Ask]:
    typed = {"trigger": site.mapping.trigger, "fields": json.dumps(site.mapping.fields)}
    kept = {"event": json.dumps(site.test_case.event), "test_case": site.test_case.pk}
    alone = {"action": site.mapping.action, "event": TRACK, **typed}
    return [Ask(sent={"mapping": site.mapping.pk, **kept, **typed}), Ask(sent=alone)]


@_known.at("admin:fullstory_dest_mapping_check")
def _check(site: Site) -> list[Ask]:
    fields = json.dumps(site.mapping.fields)
    typed = {"action": site.mapping.action, "trigger": site.mapping.trigger, "fields": fields}
    return [Ask(asked={"mapping": site.mapping.pk, **typed})]


@_known.at("admin:fullstory_dest_mapping_trigger")
def _trigger(site: Site) -> list[Ask]:
    return [Ask(asked={"text": site.mapping.trigger})]


@_known.at("admin:fullstory_dest_destination_choices")
def _choices(site: Site) -> list[Ask]:
    whose = {"app_label": "fullstory_dest", "model_name": "mapping", "field_name": "destination"}
    return [Ask(query={**whose, "term": term}) for term in ("", "shop")]


@_known.at("admin:fullstory_dest_destination_copy_to_sources")
def _copy(site: Site) -> list[Ask]:
    sources = type(site.source).objects.filter(archived_at=None).exclude(pk=site.source.pk)
    others = list(sources.order_by("id").values_list("pk", flat=True)[:20])
    chosen = urlencode({"to": others, "review": "1"}, doseq=True)
    return [Ask((site.destination.pk,)), Ask((site.destination.pk,), chosen, label="review")]


@_known.at("admin:fullstory_dest_classicdestination_migrate_classic")
def _migrate(site: Site) -> list[Ask]:
    return [Ask((site.classic.pk,))]


@_known.at(
    "admin:auth_user_password_change", "admin:auth_user_reset_two_factor", "admin:auth_user_password_link"
)
def _of_a_colleague(site: Site) -> list[Ask]:
    return [Ask((site.colleague.pk,))]


@_known.at("admin:fullstory_dest_setup_source")
def _which_source(site: Site) -> list[Ask]:
    return [Ask(), Ask(query={"q": "shop"})]


@_known.at("admin:fullstory_dest_setup_settings")
def _settings(site: Site) -> list[Ask]:
    return [Ask((site.source.pk,))]


@_known.at(
    *(
        f"admin:fullstory_dest_setup_{step}"
        for step in ("settings_again", "mappings", "add_mapping", "publish")
    )
)
def _step(site: Site) -> list[Ask]:
    return [Ask((site.source.pk, site.destination.pk))]


@_known.at("admin:fullstory_dest_setup_test")
def _test_step(site: Site) -> list[Ask]:
    keys = (site.source.pk, site.destination.pk)
    return [Ask(keys, {"event": kind}) for kind in ("track", "identify")]
