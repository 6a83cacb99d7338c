"""URLs of the deployment."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

handler400 = "fullstory_dest.admin.errors.bad_request"
handler429 = "fullstory_dest.admin.accounts.adapters.too_many_attempts"
handler500 = "fullstory_dest.admin.errors.server_error"

urlpatterns = [
    path("", include("fullstory_dest.delivery.urls")),
    path("api/v1/", include("fullstory_dest.api.urls")),
    # First: they replace the admin's own login.
    path("admin/", include("fullstory_dest.admin.accounts.urls")),
    path("admin/", include("fullstory_dest.admin.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index"), name="root"),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("project.demo.urls")))
