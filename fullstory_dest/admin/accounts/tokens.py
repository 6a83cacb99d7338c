"""API tokens: made, shown once, and revoked. Everyone sees her own; who may see tokens of others, all."""

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
from fullstory_dest.services.accounts.tokens import create_token, revoke_token

TOKENS_SHOWN = 200
#: Of one's own, at a time: with more than are shown, some could be revoked by nobody.
MOST_TOKENS = 50


class TokenForm(forms.Form):
    """A new token. ``days`` is for how long; 0 is until it is revoked."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=100,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": gettext_lazy("Deploy script of the shop")}),
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
    """The tokens, and a form for a new one. A new token is on the next page alone: loading that again makes none."""
    user = current_user(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and ApiToken.objects.filter(user=user).count() >= MOST_TOKENS:
        form.add_error(
            None,
            _("You have %(count)s tokens, which is the most. Revoke one first.") % {"count": MOST_TOKENS},
        )
    if form.is_valid():
        _token, secret = create_token(user, form.cleaned_data["name"], days=form.cleaned_data["days"] or None)
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
    """Asks, then revokes."""
    token = get_object_or_404(_visible(request), token_key=token_key)
    mine = token.user_id == request.user.pk
    if not mine and not request.user.has_perm("fullstory_dest.delete_apitoken"):
        return HttpResponseRedirect(reverse("admin:tokens"))
    if request.method == "POST":
        revoke_token(token)
        messages.success(request, _("Revoked: the API refuses this token from now on."))
        return HttpResponseRedirect(reverse("admin:tokens"))
    template = "fullstory_dest/accounts/revoke_token.html"
    return admin_page(request, template, _("Revoke a token"), token=token, mine=mine)


def _visible(request: HttpRequest) -> Any:
    tokens = ApiToken.objects.select_related("user")
    return tokens if _sees_all(request) else tokens.filter(user=request.user)


def _sees_all(request: HttpRequest) -> bool:
    return request.user.has_perm("fullstory_dest.view_apitoken")
