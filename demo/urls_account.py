"""The URL of the demonstration's one-click sign-in, which has a language prefix."""

from django.urls import path

from demo import views

urlpatterns = [path("demo/", views.sign_in, name="demo-sign-in")]
