"""Addresses of the questions and answers, under ``/{language}/answers/``."""

from django.urls import path

from public_portal.answers import views

app_name = "answers"

urlpatterns = [
    path("", views.list_articles, name="list-articles"),
    path("<slug:slug>/", views.show_article, name="show-article"),
    path("<slug:slug>/vote/", views.vote_article, name="vote-article"),
]
