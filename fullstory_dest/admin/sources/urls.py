"""URLs of a source's pages, below ``fullstory_dest/source/``."""

from django.urls import path

from fullstory_dest.admin.releases.compare import compare
from fullstory_dest.admin.reviews.views import reviews_tab
from fullstory_dest.admin.sources import (
    archive,
    environments,
    event_tab,
    preview_links,
    promote,
    publish,
    releases_tab,
    tabs,
    write_key,
)

urlpatterns = [
    path("<int:pk>/overview/", tabs.overview, name="fullstory_dest_source_overview"),
    path("<int:pk>/destinations/", tabs.destinations, name="fullstory_dest_source_destinations"),
    path("<int:pk>/mappings/", tabs.mappings, name="fullstory_dest_source_mappings"),
    path("<int:pk>/test/", event_tab.test_tab, name="fullstory_dest_source_test"),
    path("<int:pk>/test/run/", event_tab.run_event, name="fullstory_dest_source_run_event"),
    path("<int:pk>/test/save/", event_tab.save_event, name="fullstory_dest_source_save_test_case"),
    path(
        "<int:pk>/test/test-cases/<int:key>/",
        event_tab.test_case_event,
        name="fullstory_dest_source_test_case",
    ),
    path("<int:pk>/releases/", releases_tab.releases, name="fullstory_dest_source_releases"),
    path("<int:pk>/releases/compare/", compare, name="fullstory_dest_source_compare"),
    path("<int:pk>/releases/live/", releases_tab.live, name="fullstory_dest_source_live"),
    path("<int:pk>/reviews/", reviews_tab, name="fullstory_dest_source_reviews"),
    path("<int:pk>/install/", tabs.install, name="fullstory_dest_source_install"),
    path("<int:pk>/install/last-request/", tabs.last_request, name="fullstory_dest_source_last_request"),
    path("<int:pk>/publish/", publish.publish_page, name="fullstory_dest_source_publish"),
    path("<int:pk>/preview/", preview_links.preview_links, name="fullstory_dest_source_preview"),
    path("<int:pk>/preview/<int:key>/qr-code/", preview_links.qr_code, name="fullstory_dest_source_qr_code"),
    path(
        "<int:pk>/environments/move/",
        environments.move_environment,
        name="fullstory_dest_source_move_environment",
    ),
    path("<int:pk>/promote/<slug:slug>/", promote.promote_page, name="fullstory_dest_source_promote"),
    path("<int:pk>/rotate/", write_key.rotate_write_key, name="fullstory_dest_source_rotate"),
    path("<int:pk>/archive/", archive.archive_source, name="fullstory_dest_source_archive"),
]
