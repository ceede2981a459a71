"""Addresses of offers, and of the forms that offer or split a case."""

from django.urls import path

from agency_console.transfers import views

app_name = "transfers"

urlpatterns = [
    path("", views.list_offers, name="list-offers"),
    path("offer/<str:reference>/", views.offer_case, name="offer-case"),
    path("split/<str:reference>/", views.split_case, name="split-case"),
    path("give-back/<str:reference>/", views.give_back, name="give-back"),
    path("<uuid:offer_id>/", views.show_offer, name="show-offer"),
    path("<uuid:offer_id>/accept/", views.accept_offer, name="accept-offer"),
    path("<uuid:offer_id>/refuse/", views.refuse_offer, name="refuse-offer"),
    path("<uuid:offer_id>/withdraw/", views.withdraw_offer, name="withdraw-offer"),
]
