"""URLs of ``/api/v1/``."""

from django.urls import path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from fullstory_dest.api.activity import ActivityView
from fullstory_dest.api.base.not_found import NotFoundView
from fullstory_dest.api.base.schema import SCHEMA_RENDERERS
from fullstory_dest.api.catalog import CatalogView
from fullstory_dest.api.classic_destinations import ClassicDestinationViewSet
from fullstory_dest.api.deployments import DeploymentViewSet
from fullstory_dest.api.destinations import DestinationViewSet
from fullstory_dest.api.environments import EnvironmentViewSet
from fullstory_dest.api.mappings import MappingViewSet
from fullstory_dest.api.preview_links import PreviewLinkViewSet
from fullstory_dest.api.releases import ReleaseViewSet
from fullstory_dest.api.reviews import ReviewViewSet
from fullstory_dest.api.scheduled_deployments import ScheduledDeploymentViewSet
from fullstory_dest.api.sources import SourceViewSet
from fullstory_dest.api.test_cases import TestCaseViewSet

router = SimpleRouter()
router.register("sources", SourceViewSet)
router.register("environments", EnvironmentViewSet)
router.register("destinations", DestinationViewSet)
router.register("mappings", MappingViewSet)
router.register("releases", ReleaseViewSet)
router.register("deployments", DeploymentViewSet)
router.register("preview-links", PreviewLinkViewSet)
router.register("reviews", ReviewViewSet)
router.register("scheduled-deployments", ScheduledDeploymentViewSet)
router.register("test-cases", TestCaseViewSet)
router.register("classic-destinations", ClassicDestinationViewSet)

app_name = "api"
urlpatterns = [
    *router.urls,
    path("activity/", ActivityView.as_view(), name="activity"),
    path("catalog/", CatalogView.as_view(), name="catalog"),
    path("schema/", SpectacularAPIView.as_view(renderer_classes=SCHEMA_RENDERERS), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    path("", RedirectView.as_view(pattern_name="api:docs"), name="root"),
    re_path("", NotFoundView.as_view()),
]
