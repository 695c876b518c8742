"""Addresses of the accounts pages, below /accounts/."""

from django.urls import path

from . import token_pages, views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("invitation/<str:token>/", views.accept_invitation, name="accept-invitation"),
    path("", views.account, name="account"),
    path("tokens/", token_pages.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", token_pages.revoke, name="revoke-token"),
    path("people/", views.people, name="people"),
    path("people/invite/", views.invite, name="invite"),
    path("people/<int:pk>/reset/", views.reset, name="reset"),
    path("people/<int:pk>/switch-off/", views.switch_off, name="switch-off"),
    path("people/<int:pk>/switch-on/", views.switch_on, name="switch-on"),
]
