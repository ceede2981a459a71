"""Addresses of the questions and answers: for citizens, and on oversight's host."""

from django.urls import path

from public_portal.answers.views import keeping, reading

app_name = "answers"

# Under ``/{language}/answers/``.
urlpatterns = [
    path("", reading.list_articles, name="list-articles"),
    path("suggestions/", reading.suggest_articles, name="suggest-articles"),
    path("<slug:slug>/", reading.show_article, name="show-article"),
    path("<slug:slug>/vote/", reading.vote_article, name="vote-article"),
]

# Under ``/answers/`` of oversight's host.
desk_patterns = [
    path("", keeping.list_articles, name="list-articles"),
    path("add/", keeping.add_article, name="add-article"),
    path("articles/<slug:slug>/", keeping.edit_article, name="edit-article"),
    path("articles/<slug:slug>/publish/", keeping.publish_article, name="publish-article"),
    path("articles/<slug:slug>/withdraw/", keeping.withdraw_article, name="withdraw-article"),
    path("articles/<slug:slug>/restore/", keeping.restore_article, name="restore-article"),
    path("searches/", keeping.list_searches, name="list-searches"),
    path("searches/<int:search_id>/", keeping.settle_search, name="settle-search"),
    path("searches/<int:search_id>/dismiss/", keeping.dismiss_search, name="dismiss-search"),
    path("searches/<int:search_id>/undo/", keeping.unsettle_search, name="unsettle-search"),
]
