"""URLs of the catalog and the setup wizard, below ``fullstory_dest/source/``."""

from django.contrib import admin
from django.urls import URLPattern, path

from fullstory_dest.admin.setup import catalog, views
from fullstory_dest.catalog import SLUG

admin_view = admin.site.admin_view
urlpatterns: list[URLPattern] = [
    path("catalog/", admin_view(catalog.catalog_page), name="fullstory_dest_catalog"),
    path(f"catalog/{SLUG}/", admin_view(catalog.entry_page), name="fullstory_dest_catalog_entry"),
    path("setup/", admin_view(views.source_step), name="fullstory_dest_setup_source"),
    path("setup/leave/", admin_view(views.leave), name="fullstory_dest_setup_leave"),
    path("setup/<int:pk>/settings/", views.settings_step, name="fullstory_dest_setup_settings"),
    path(
        "setup/<int:pk>/<int:destination_id>/settings/",
        views.settings_step,
        name="fullstory_dest_setup_settings_again",
    ),
    path(
        "setup/<int:pk>/<int:destination_id>/mappings/",
        views.mappings_step,
        name="fullstory_dest_setup_mappings",
    ),
    path(
        "setup/<int:pk>/<int:destination_id>/mappings/add/",
        views.add_mapping,
        name="fullstory_dest_setup_add_mapping",
    ),
    path("setup/<int:pk>/<int:destination_id>/test/", views.test_step, name="fullstory_dest_setup_test"),
    path(
        "setup/<int:pk>/<int:destination_id>/publish/",
        views.publish_step,
        name="fullstory_dest_setup_publish",
    ),
    path("setup/<int:pk>/finish/", views.finish, name="fullstory_dest_setup_finish"),
]
