"""URL patterns of the articles that national oversight edits, on oversight's host."""

from django.urls import path

from public_portal.oversight.articles import views

app_name = "articles"

urlpatterns = [
    path("", views.list_articles, name="list-articles"),
    path("add/", views.add_article, name="add-article"),
    path("articles/<slug:slug>/", views.edit_article, name="edit-article"),
    path("articles/<slug:slug>/publish/", views.publish_article, name="publish-article"),
    path("articles/<slug:slug>/withdraw/", views.withdraw_article, name="withdraw-article"),
    path("articles/<slug:slug>/restore/", views.restore_article, name="restore-article"),
    path("searches/", views.list_searches, name="list-searches"),
    path("searches/<int:search_id>/", views.settle_search, name="settle-search"),
    path("searches/<int:search_id>/dismiss/", views.dismiss_search, name="dismiss-search"),
    path("searches/<int:search_id>/undo/", views.unsettle_search, name="unsettle-search"),
]
