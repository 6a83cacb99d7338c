"""Inputs of forms refer to their errors and help texts."""

import re

import pytest
from django.urls import reverse

from fullstory_dest.models import Mapping
from tests.admin.pages import mapping_form, text, url
from tests.factories import a_mapping


def dangling(response) -> set[str]:
    """The IDs to which inputs refer and that no element has."""
    page = text(response)
    return {each for ids in re.findall(r'aria-describedby="([^"]+)"', page) for each in ids.split()} - set(
        re.findall(r'\bid="([^"]+)"', page)
    )


@pytest.mark.parametrize("model", ["source", "destination", "mapping", "classicdestination"])
def test_it_refers_to_errors_and_help_texts(owner, model):
    assert dangling(owner.get(url(model, "add"))) == set()
    refused = owner.post(url(model, "add"), {})
    assert "_error" in text(refused)
    assert dangling(refused) == set()


def test_it_refers_to_errors_of_a_user(owner):
    refused = owner.post(reverse("admin:auth_user_add"), {"username": "a b", "usable_password": "true"})
    assert 'id="id_username_error"' in text(refused)
    assert dangling(refused) == set()


def test_it_refers_to_errors_of_a_mapping(owner):
    mapping = a_mapping()
    page = url("mapping", "change", mapping.pk)
    refused = owner.post(page, mapping_form(mapping, trigger="type =", fields="{"))
    assert dangling(refused) == set()
    assert [name in text(refused) for name in ("id_trigger_error", "id_fields_error")] == [True, True]
    assert Mapping.objects.get().trigger == mapping.trigger
