"""URLs of the pages: after a language code, at the root, and in the REST interface."""

from django.urls import path

from public_portal.pages import api
from public_portal.pages.views import device, front, organisations, probes

app_name = "pages"

urlpatterns = [
    path("", front.home, name="home"),
    path("about/", front.about, name="about"),
    path("accessibility/", front.accessibility, name="accessibility"),
    path("privacy/", front.privacy, name="privacy"),
    path("status/", front.status, name="status"),
    path("kept/", device.kept, name="kept"),
    path("manifest.webmanifest", device.manifest, name="manifest"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:code>/", organisations.organisation, name="organisation"),
]

# These URLs have no language code and no namespace.
root_patterns = [
    path("", front.choose_language, name="choose-language"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("metrics", probes.metrics, name="metrics"),
    path("robots.txt", device.robots, name="robots"),
    path("sitemap.xml", device.sitemap, name="sitemap"),
    path(".well-known/security.txt", device.security_contact, name="security-contact"),
    path("sw.js", device.worker, name="worker"),
    path("offline/", device.offline, name="offline"),
    path("hosts/known/", probes.host_known, name="host-known"),
]

api_patterns = [
    path("organisations/", api.organisations, name="api-organisations"),
    path("organisations/<slug:code>/categories/", api.categories, name="api-categories"),
]
