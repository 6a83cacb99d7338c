"""The API tokens pages: create, list and revoke. Users see their tokens; owners see all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from fullstory_dest.admin.base.one_time_secret import keep_secret, take_secret
from fullstory_dest.admin.pages import admin_page, current_user
from fullstory_dest.models import ApiToken
from fullstory_dest.models.validated import validate_name
from fullstory_dest.services.accounts.tokens import create_token, revoke_token

TOKENS_SHOWN = 200
#: Per user, and fewer than are shown, so that users can always find and revoke each of theirs.
MOST_TOKENS = 50


class TokenForm(forms.Form):
    """A new token. ``days`` is its lifetime; 0 means that it never expires."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        validators=[validate_name],
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": gettext_lazy("Deploy script")}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Expires"),
        coerce=int,
        initial=90,
        choices=(
            (30, gettext_lazy("In 30 days")),
            (90, gettext_lazy("In 90 days")),
            (365, gettext_lazy("In a year")),
            (0, gettext_lazy("Never")),
        ),
        widget=UnfoldAdminRadioSelectWidget,
    )


@never_cache
def tokens_page(request: HttpRequest) -> HttpResponse:
    """List tokens and create one. A new token shows once, after a redirect, so a reload doesn't create another."""
    user = current_user(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and ApiToken.objects.filter(user=user).count() >= MOST_TOKENS:
        form.add_error(
            None,
            _("You have %(count)s tokens, the maximum. Revoke one first.") % {"count": MOST_TOKENS},
        )
    if form.is_valid():
        _token, secret = create_token(user, form.cleaned_data["name"], days=form.cleaned_data["days"])
        keep_secret(request, "token", secret)
        return HttpResponseRedirect(reverse("admin:tokens"))
    return admin_page(
        request,
        "fullstory_dest/accounts/tokens.html",
        _("API tokens"),
        form=form,
        secret=take_secret(request, "token"),
        tokens=_visible(request).order_by("-created")[:TOKENS_SHOWN],
        all=_sees_all(request),
    )


def revoke_page(request: HttpRequest, token_key: str) -> HttpResponse:
    """Confirm, then revoke a token."""
    token = get_object_or_404(_visible(request), token_key=token_key)
    mine = token.user_id == request.user.pk
    if not mine and not request.user.has_perm("fullstory_dest.delete_apitoken"):
        return HttpResponseRedirect(reverse("admin:tokens"))
    if request.method == "POST":
        revoke_token(token)
        messages.success(request, _("Token revoked."))
        return HttpResponseRedirect(reverse("admin:tokens"))
    template = "fullstory_dest/accounts/revoke_token.html"
    return admin_page(request, template, _("Revoke token"), token=token, mine=mine)


def _visible(request: HttpRequest) -> Any:
    tokens = ApiToken.objects.select_related("user")
    return tokens if _sees_all(request) else tokens.filter(user=request.user)


def _sees_all(request: HttpRequest) -> bool:
    return request.user.has_perm("fullstory_dest.view_apitoken")
