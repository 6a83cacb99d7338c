"""URLs of destinations other than their list and form, below ``fullstory_dest/destination/``."""

from django.contrib import admin
from django.urls import URLPattern, path

from fullstory_dest.admin.destinations.admin import DestinationChoices

choices = admin.site.admin_view(DestinationChoices.as_view(admin_site=admin.site))
urlpatterns: list[URLPattern] = [path("choices/", choices, name="fullstory_dest_destination_choices")]
