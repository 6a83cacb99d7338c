"""URLs of the demo site, at /demo/."""

from django.urls import path

from project.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.site, name="site"),
    path("shop/<slug:environment>/", views.shop, name="shop"),
    path("fs.js", views.fullstory_script, name="fullstory-script"),
]
