"""The URL of the demonstration's one-click sign-in, under a language prefix."""

from django.urls import path

from demo import views

urlpatterns = [path("demo/", views.sign_in, name="demo-sign-in")]
