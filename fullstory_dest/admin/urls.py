"""URLs of the admin. Ours come first, as some replace Django's."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from fullstory_dest.admin.accounts.account import account_page
from fullstory_dest.admin.accounts.password_link import SetPassword
from fullstory_dest.admin.accounts.roles import roles_page
from fullstory_dest.admin.accounts.tokens import revoke_page, tokens_page
from fullstory_dest.admin.destinations import urls as destinations
from fullstory_dest.admin.docs import docs_page
from fullstory_dest.admin.home.search import search_page
from fullstory_dest.admin.mappings import urls as mappings
from fullstory_dest.admin.releases.load_into_drafts import load_into_drafts
from fullstory_dest.admin.releases.roll_back import roll_back_page
from fullstory_dest.admin.reviews.views import review_page
from fullstory_dest.admin.setup import urls as setup
from fullstory_dest.admin.sources import urls as sources

app_name = "admin"
urlpatterns = [
    # Replace Django's lists of models, which users can reach by shortening URLs.
    path("fullstory_dest/", RedirectView.as_view(pattern_name="admin:index")),
    path("auth/", RedirectView.as_view(pattern_name="admin:auth_user_changelist")),
    path("password/<uidb64>/<token>/", SetPassword.as_view(), name="set_password"),
    path("account/", admin.site.admin_view(account_page), name="account"),
    # Replaces Django's confirmation. The account page shows a message instead.
    path("password_change/done/", RedirectView.as_view(pattern_name="admin:account")),
    path("search/", admin.site.admin_view(search_page), name="search"),
    path("docs/", admin.site.admin_view(docs_page), name="docs"),
    re_path(r"^docs/(?P<name>[\w-]+(?:/[\w-]+)?)/$", admin.site.admin_view(docs_page), name="docs"),
    path("roles/", admin.site.admin_view(roles_page), name="roles"),
    path("tokens/", admin.site.admin_view(tokens_page), name="tokens"),
    path("tokens/<slug:token_key>/revoke/", admin.site.admin_view(revoke_page), name="revoke_token"),
    path(
        "fullstory_dest/release/<int:pk>/load-into-drafts/",
        admin.site.admin_view(load_into_drafts),
        name="fullstory_dest_release_load_into_drafts",
    ),
    path(
        "fullstory_dest/deployment/<int:pk>/roll-back/",
        admin.site.admin_view(roll_back_page),
        name="fullstory_dest_deployment_roll_back",
    ),
    path(
        "fullstory_dest/review/<int:pk>/",
        admin.site.admin_view(review_page),
        name="fullstory_dest_review_change",
    ),
    path("fullstory_dest/destination/", include(destinations.urlpatterns)),
    path("fullstory_dest/mapping/", include(mappings.urlpatterns)),
    path("fullstory_dest/source/", include([*setup.urlpatterns, *sources.urlpatterns])),
    *admin.site.get_urls(),
]
