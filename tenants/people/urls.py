"""The doors of this app: pages in `urlpatterns`, HTTP API under /api/v1/ in `api_urlpatterns`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from tenants.people import api
from tenants.people.views import invitations, keys, me, people, roles

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("tenants.people.account_urls")),
    path("me/", me.me, name="me"),
    path("invitations/<str:token>/", invitations.accept, name="invitation-accept"),
    path("people/", people.people_list, name="people"),
    path("people/invite/", invitations.invite, name="people-invite"),
    path("people/invitations/<uuid:public_id>/withdraw/", invitations.withdraw, name="invitation-withdraw"),
    path("people/roles/", roles.role_list, name="roles"),
    path("people/roles/new/", roles.role_new, name="role-new"),
    path("people/roles/<uuid:public_id>/", roles.role_edit, name="role"),
    path("people/roles/<uuid:public_id>/delete/", roles.role_delete, name="role-delete"),
    path("people/<uuid:public_id>/", people.person, name="person"),
    path("people/<uuid:public_id>/deactivate/", people.deactivate, name="person-deactivate"),
    path("people/<uuid:public_id>/reactivate/", people.reactivate, name="person-reactivate"),
    path("people/<uuid:public_id>/second-factor/drop/", people.drop_factor, name="person-drop-second-factor"),
    path("keys/", keys.key_list, name="keys"),
    path("keys/new/", keys.key_new, name="key-new"),
    path("keys/<uuid:public_id>/revoke/", keys.key_revoke, name="key-revoke"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", api.PeopleView.as_view(), name="api-people"),
]
