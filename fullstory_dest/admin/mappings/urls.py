"""URLs of the editor's scripts, below ``fullstory_dest/mapping/``."""

from django.contrib import admin
from django.urls import URLPattern, path

from fullstory_dest.admin.mappings import views

admin_view = admin.site.admin_view
urlpatterns: list[URLPattern] = [
    path("run/", admin_view(views.run_event), name="fullstory_dest_mapping_run_event"),
    path("check/", admin_view(views.check), name="fullstory_dest_mapping_check"),
    path("trigger/", admin_view(views.trigger), name="fullstory_dest_mapping_trigger"),
]
