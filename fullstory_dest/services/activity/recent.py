"""Recent activity that a user can view."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.db.models import Model

from fullstory_dest.models import Deployment, Review
from fullstory_dest.services.activity.changes import FIELDS, changes
from fullstory_dest.services.activity.deployments import deployment_items
from fullstory_dest.services.activity.item import ActivityItem


def viewable_models(user: AbstractBaseUser | AnonymousUser) -> list[type[Model]]:
    """Return the models that a user has permission to view."""
    assert isinstance(user, PermissionsMixin | AnonymousUser)
    models: tuple[type[Model], ...] = (*FIELDS, Deployment, Review)
    return [
        model for model in models if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    ]


def recent_activity(user: AbstractBaseUser | AnonymousUser, *, limit: int) -> list[ActivityItem]:
    """Return the latest items that a user can view, newest first.

    This takes one query per model with a history, and one for deployments and reviews.
    """
    models = viewable_models(user)
    items = [item for model in models if model in FIELDS for item in changes(model, limit)]
    items += deployment_items(models, limit)
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]
