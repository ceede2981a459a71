"""The URLs of the demonstration: the sent e-mails and the gallery of components."""

from django.urls import path

from demo import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<slug:key>/", views.outbox_letter, name="outbox-letter"),
    path("outbox/<slug:key>/page/", views.outbox_letter_page, name="outbox-letter-page"),
    path("gallery/", views.gallery_page, name="gallery"),
    path("gallery/console/", views.gallery_console, name="gallery-console"),
]
