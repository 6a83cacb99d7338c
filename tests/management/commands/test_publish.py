"""``manage.py publish``"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fullstory_dest.models import Destination, Mapping
from fullstory_dest.services.previews.test_cases import save_test_case
from tests.factories import a_destination, a_mapping, a_set_up_source, a_source, a_staging_environment

pytestmark = pytest.mark.django_db


def publish(*arguments: str) -> str:
    output = StringIO()
    call_command("publish", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("attribute", ["slug", "write_key", "pk"])
def test_it_finds_a_source_by_slug_write_key_or_id(attribute: str) -> None:
    source = a_set_up_source()
    printed = publish(str(getattr(source, attribute)), "--note", "First")
    deployment = source.production.deployments.get()
    assert (deployment.note, deployment.release.note) == ("First", "First")
    assert printed == f"Published release 1 of Shop: {deployment.digest}\n"


def test_it_reports_unchanged_drafts() -> None:
    source = a_set_up_source()
    publish(source.slug)
    printed = publish(source.slug)
    assert printed == f"No changes since release 1 of Shop: {source.production.deployments.get().digest}\n"


@pytest.mark.parametrize("name", ["nothing", "999", "9" * 40, "²", ""])
def test_it_refuses_an_unknown_source(name: str) -> None:
    a_set_up_source()
    with pytest.raises(CommandError, match="No source has the slug, write key or ID"):
        publish(name)


def test_it_refuses_an_ambiguous_source() -> None:
    a_source(slug="shop", write_key="one")
    a_source(slug="other", write_key="shop")
    message = r"matches several sources: Shop .*write key one.*, Shop .*write key shop"
    with pytest.raises(CommandError, match=message):
        publish("shop")


def test_it_prints_every_problem_and_publishes_nothing() -> None:
    mapping = a_mapping(name="Orders")
    # Only bulk operations can leave such drafts behind.
    Mapping.objects.filter(pk=mapping.pk).update(trigger="type = ")
    Destination.objects.filter(pk=mapping.destination_id).update(settings={})
    source = mapping.destination.source
    with pytest.raises(CommandError) as refusal:
        publish(source.slug)
    message = str(refusal.value)
    assert message.startswith("Shop was not deployed:\n- ")
    assert 'mapping "Orders", trigger:' in message
    assert 'destination "FullStory", orgId:' in message
    assert not source.releases.exists()


def test_it_refuses_with_exit_status_1() -> None:
    a_destination()
    with pytest.raises(CommandError) as refusal:
        publish("nothing")
    assert refusal.value.returncode == 1


def test_it_refuses_failing_test_cases_without_the_option() -> None:
    source = a_set_up_source()
    save_test_case(source, name="Quiet", event={"type": "track", "event": "Bought"}, calls=[])
    with pytest.raises(CommandError, match=r"Test cases fail: “Quiet”\. .*--ignore-test-case-failures"):
        publish(source.slug)
    assert not source.releases.exists()
    assert publish(source.slug, "--ignore-test-case-failures").startswith("Published release 1 of Shop")


@pytest.mark.parametrize("option", ["--to", "--environment"])
def test_it_names_the_environment_alike_in_each_command(option: str) -> None:
    source = a_set_up_source()
    a_staging_environment(source)
    for _release in range(2):
        Mapping.objects.filter(action="viewedPageV2").update(name=f"Page {_release}")
        publish("shop", option, "staging")
    for command in ("rollback", "redeploy", "promote"):
        environment = "production" if command == "promote" else "staging"
        call_command(command, "shop", option, environment, stdout=StringIO())
    kinds = source.environments.get(slug="staging").deployments.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[:3] == ["publish", "publish", "rollback"]
    assert source.environments.get(slug="production").live
