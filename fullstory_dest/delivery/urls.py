"""Public URLs. They use Segment's paths where possible, so that its snippet works with a change of host."""

from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from fullstory_dest.delivery import views

WRITE_KEY = r"(?P<write_key>[A-Za-z0-9_-]{1,64})"
DIGEST = r"(?P<digest>[0-9a-f]{64})"

app_name = "delivery"
urlpatterns = [
    re_path(
        rf"^analytics\.js/v1/{WRITE_KEY}/analytics\.min\.js$", csrf_exempt(views.snippet), name="snippet"
    ),
    re_path(r"^analytics\.js/debug\.min\.js$", csrf_exempt(views.debug), name="debug"),
    re_path(rf"^v1/projects/{WRITE_KEY}/settings$", csrf_exempt(views.settings_document), name="settings"),
    re_path(rf"^v1/projects/{WRITE_KEY}/integrations$", csrf_exempt(views.integrations), name="integrations"),
    re_path(rf"^v1/sources/{WRITE_KEY}/config$", csrf_exempt(views.config), name="config"),
    re_path(rf"^v1/sources/{WRITE_KEY}/releases/{DIGEST}\.js$", csrf_exempt(views.release), name="release"),
    re_path(rf"^next-integrations/actions/fullstory/{DIGEST}\.js$", csrf_exempt(views.plugin), name="plugin"),
    re_path(r"^v1/preview/(?P<token>[^/]{1,300})\.js$", csrf_exempt(views.preview), name="preview"),
    re_path(r"^v1/(?:t|p|i|g|a|m|s|b|batch)/?$", views.events, name="events"),
]
