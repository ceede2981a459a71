"""Addresses of the pages: under a language, at the root, and in the REST interface."""

from django.urls import path

from public_portal.pages import api, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<slug:code>/", views.organisation, name="organisation"),
]

# Without a language in the address and without a namespace.
root_patterns = [
    path("", views.choose_language, name="choose-language"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<slug:key>/", views.outbox_letter, name="outbox-letter"),
    path("outbox/<slug:key>/page/", views.outbox_letter_page, name="outbox-letter-page"),
    path("gallery/", views.gallery_page, name="gallery"),
    path("gallery/console/", views.gallery_console, name="gallery-console"),
]

api_patterns = [
    path("organisations/", api.organisations, name="api-organisations"),
    path("organisations/<slug:code>/categories/", api.categories, name="api-categories"),
]
