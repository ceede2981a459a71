"""The address of the demonstration's sign-in with one click, under a language."""

from django.urls import path

from demo import views

urlpatterns = [path("demo/", views.sign_in, name="demo-sign-in")]
