"""The page of API tokens."""

from django.urls import reverse


def test_it_reports_a_missing_token_name_at_the_name(owner):
    response = owner.post(reverse("admin:tokens"), {"name": " ", "days": "7"})
    assert set(response.context["form"].errors) == {"name", "days"}
