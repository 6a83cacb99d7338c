"""Users and groups: who may do what. Invited by owners, who can never make themselves, or others, more than owners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static import admin as static
from django_otp.plugins.otp_totp import admin as totp
from knox import admin as tokens
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminRadioSelectWidget

from fullstory_dest.admin.base import admin_url, display
from fullstory_dest.admin.narrowed import NarrowedAdmin
from fullstory_dest.admin.roles import NAMES, ROLES
from fullstory_dest.admin.two_factor import has_two_factor, turn_off

# Tokens and codes have pages of ours: those of the packages (imported, so that they are registered by now) show keys.
for model in (User, Group, tokens.models.AuthToken, totp.TOTPDevice, static.StaticDevice):
    admin.site.unregister(model)


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Adds the choice of a role. Of several that a person has, the highest is chosen, and is kept alone."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=UnfoldAdminRadioSelectWidget, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" not in self.fields:
            return
        choices = [
            (name, _("%(role)s: %(line)s") % {"role": label, "line": line}) for name, label, line in ROLES
        ]
        self.fields["role"].choices = [*choices, ("", _("None: sees nothing"))]  # type: ignore[attr-defined]
        had = {group.name for group in self.instance.groups.all()} if self.instance.pk else {"viewer"}
        self.fields["role"].initial = next((name for name in reversed(NAMES) if name in had), "")

    def give_role(self, user: User) -> None:
        """Puts a saved user into the group of the role, and out of those of the others."""
        if "role" in self.cleaned_data:
            user.groups.remove(*Group.objects.filter(name__in=NAMES))
            user.groups.add(*Group.objects.filter(name=self.cleaned_data["role"]))


class PersonForm(RoleForm, UserChangeForm):  # type: ignore[misc]
    pass


class NewPersonForm(RoleForm, UserCreationForm):  # type: ignore[misc]
    # There is no other way to log in than with a password.
    usable_password = None


@admin.register(User)
class UserAdmin(NarrowedAdmin, DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "role", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    list_filter_submit = True
    filter_horizontal = ()
    add_fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (
            gettext_lazy("Access"),
            {
                "fields": ("role", "password1", "password2"),
                "description": gettext_lazy("Tell them this password: they can change it after logging in."),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined", "two_factor")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        access = ["is_active", "role_shown" if obj.pk == request.user.pk else "role", "two_factor"]
        if request.user.is_superuser:
            access.append("is_superuser")
        return (
            (None, {"fields": ("username", "password")}),
            (_("Person"), {"fields": ("first_name", "last_name", "email")}),
            (_("Access"), {"fields": access}),
            (_("Dates"), {"fields": ("last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None or obj.pk != request.user.pk:
            return self.readonly_fields
        # Nobody shuts herself out.
        return (*self.readonly_fields, "is_active", "role_shown", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:  # type: ignore[override]
        form = super().get_form(request, obj, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            form.base_fields.pop("role", None)
        return form

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_govern(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        himself = obj is not None and obj.pk == request.user.pk
        return super().has_delete_permission(request, obj) and _may_govern(request, obj) and not himself

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for user in queryset:
            if not self.has_delete_permission(request, user):
                raise PermissionDenied
        super().delete_queryset(request, queryset)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not _may_govern(request, self.get_object(request, id)):
            raise PermissionDenied
        return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if isinstance(form, RoleForm):
            form.give_role(form.instance)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reset_two_factor)
        reset = path("<path:object_id>/two-factor/", view, name="auth_user_reset_two_factor")
        return [reset, *super().get_urls()]

    def reset_two_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes two-factor log-in off somebody who lost phone and backup codes. Asks first."""
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        if user.pk == request.user.pk:
            # There a code is asked for.
            return HttpResponseRedirect(reverse("people:two_factor"))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if request.method == "POST":
            turn_off(user)
            self.log_change(request, user, _("Reset two-factor log-in."))
            messages.success(
                request,
                _("%(user)s logs in with the password alone, and can set it up anew.") % {"user": user},
            )
            return HttpResponseRedirect(admin_url(User, "change", user.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "object": user,
            "title": _("Reset two-factor log-in of %(user)s") % {"user": user},
            "back": admin_url(User, "change", user.pk),
        }
        return TemplateResponse(request, "fullstory_dest/people/reset_two_factor.html", context)

    @display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "-"

    @display(description=gettext_lazy("role"))
    def role(self, user: User) -> str:
        if user.is_superuser:
            return _("Superuser")
        had = {group.name for group in user.groups.all()}
        return next((str(label) for name, label, _line in reversed(ROLES) if name in had), "-")

    role_shown = role

    @display(description=gettext_lazy("two-factor log-in"))
    def two_factor(self, user: User) -> Any:
        if not has_two_factor(user):
            return _("Off")
        url = admin_url(User, "reset_two_factor", user.pk)
        return format_html('{} <a class="text-link" href="{}">{}</a>', _("On."), url, _("Reset it"))


def _may_govern(request: HttpRequest, user: User | None) -> bool:
    """An owner may do less than a superuser: with a superuser's password she could do all."""
    return request.user.is_superuser or user is None or not user.is_superuser


@admin.register(Group)
class GroupAdmin(NarrowedAdmin, DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """The groups behind the roles. What roles may do is for superusers to change: owners only give them."""

    filter_horizontal = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None and db_field.name == "permissions":
            field.widget.attrs["size"] = "20"
        return field
