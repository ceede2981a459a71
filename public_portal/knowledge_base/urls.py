"""URL patterns of the pages of articles."""

from django.urls import path

from public_portal.knowledge_base import views

app_name = "knowledge_base"

# Under ``/{language}/answers/``.
urlpatterns = [
    path("", views.list_articles, name="list-articles"),
    path("suggestions/", views.suggest_articles, name="suggest-articles"),
    path("<slug:slug>/", views.show_article, name="show-article"),
    path("<slug:slug>/vote/", views.vote_article, name="vote-article"),
]
