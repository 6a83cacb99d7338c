"""A spec in an environment: its key, its API host and its settings replace nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullstory_dest.catalog import tidy_settings
from fullstory_dest.catalog.settings import OVERRIDABLE_SETTINGS
from fullstory_dest.compiler.artifacts import build_files
from fullstory_dest.compiler.browser_settings import browser_settings
from fullstory_dest.compiler.check import CompileError, check_source
from fullstory_dest.compiler.compile import compile_checked, compile_source, configure, in_environment
from fullstory_dest.compiler.files import canonical_json, script_literal
from fullstory_dest.compiler.schema import EnvironmentSpec, SourceSpec
from fullstory_dest.compiler.settings_document import build_settings_document
from tests.factories import destination_spec, mapping_spec, presets_spec

OVERRIDES = {
    "orgId": "o-STAGING-eu1",
    "debug": True,
    "host": "relay.example.com",
    "appHost": "app.example.com",
    "script": "cdn.example.com/fs.js",
    "namespace": "Staging",
}


def an_environment(**values: Any) -> EnvironmentSpec:
    environment: Any = {"write_key": "key", "api_host": "", "settings": {}, **values}
    return environment  # type: ignore[no-any-return]


def drafts(*destinations: Any) -> SourceSpec:
    return {"name": "Shop", "slug": "shop", "destinations": list(destinations)}


def two_destinations() -> SourceSpec:
    """Two enabled destinations with mappings, and a disabled one."""
    presets = presets_spec()["destinations"][0]
    return drafts(
        {**presets, "settings": {"orgId": "o-1ABCD-na1", "debug": True, "anonymizeOnReset": True}},
        destination_spec(
            mapping_spec(id=9, trigger='type = "track" and event = "x"'),
            mapping_spec(id=10, enabled=False),
            id=2,
            settings={"orgId": "o-2-na1", "namespace": "FS2", "host": "fs.example.com"},
            consent_categories=["C0002"],
        ),
        destination_spec(mapping_spec(id=11), id=3, enabled=False),
    )


def test_it_knows_every_setting_that_can_be_overridden():
    assert list(OVERRIDES) == list(OVERRIDABLE_SETTINGS)


overrides = st.dictionaries(
    st.sampled_from([key for key in OVERRIDES if key != "namespace"]), st.just(0)
).map(lambda chosen: {key: OVERRIDES[key] for key in chosen})


@given(overrides, st.sampled_from(["", "api.segment.io/v1"]))
def test_it_replaces_settings_of_each_destination_only(settings, api_host):
    source = two_destinations()
    compiled = compile_checked(check_source(source))
    bare = in_environment(source, an_environment())
    spec = in_environment(source, an_environment(write_key="other", api_host=api_host, settings=settings))
    config, before = configure(spec, compiled), configure(bare, compiled)
    assert (config["writeKey"], config["apiHost"]) == ("other", api_host)
    for destination, original in zip(config["destinations"], source["destinations"], strict=False):
        assert destination["settings"] == browser_settings({**original["settings"], **settings})
    without = [{**each, "settings": {}} for each in config["destinations"]]
    assert without == [{**each, "settings": {}} for each in before["destinations"]]

    document, plain = (
        build_settings_document(each, compiled, "DIGEST", "https://fs.example.com") for each in (spec, bare)
    )
    for plugin, original in zip(document["remotePlugins"], source["destinations"], strict=False):
        found = tidy_settings(plugin["settings"])
        assert found == tidy_settings({**original["settings"], **settings})
    for each in (document, plain):
        each["integrations"]["Segment.io"] = each.pop("consentSettings")["allCategories"]
        for plugin in each["remotePlugins"]:
            plugin["settings"] = {
                key: plugin["settings"][key] for key in ("versionSettings", "subscriptions")
            } | {"mappings": plugin["settings"]["compiled"]["mappings"]}
    assert document == plain


def test_it_leaves_the_spec_of_the_release_unchanged():
    source = two_destinations()
    before = canonical_json(source)
    in_environment(source, an_environment(settings=OVERRIDES))
    assert canonical_json(source) == before


def test_it_overrides_with_default_values():
    source = drafts(destination_spec(settings={"orgId": "o-1", "debug": True, "namespace": "FS2"}))
    spec = in_environment(source, an_environment(settings={"debug": False, "namespace": "FS"}))
    [destination] = compile_source(spec)["destinations"]
    assert destination["settings"]["namespace"] == "FS"
    assert "debug" not in destination["settings"]


def test_it_gives_environments_equal_instructions():
    source = two_destinations()
    compiled = compile_checked(check_source(source))
    staging = an_environment(write_key="STAGING", settings={"orgId": "o-STAGING-na1"})
    production = an_environment(write_key="PRODUCTION", api_host="api.segment.io/v1")
    specs = [in_environment(source, each) for each in (staging, production)]
    # Without compiling again.
    assert [configure(spec, compiled) for spec in specs] == [compile_source(spec) for spec in specs]
    files = [build_files(spec, compiled, "https://fs.example.com") for spec in specs]
    assert files[0].plugin == files[1].plugin
    instructions = canonical_json(compiled["destinations"][0]["mappings"]).encode()
    for own, other, each in (
        (b"STAGING", b"PRODUCTION", files[0]),
        (b"PRODUCTION", b"STAGING", files[1]),
    ):
        for file in (each.snippet, each.settings, each.config):
            assert own in file.body
            assert other not in file.body
        assert instructions in each.config.body
        assert instructions in each.settings.body
        for mapping in compiled["destinations"][0]["mappings"]:
            assert script_literal(mapping["trigger"]).encode() in each.snippet.body
            assert script_literal(mapping["fields"]).encode() in each.snippet.body


def test_it_refuses_a_namespace_for_two_destinations():
    spec = in_environment(two_destinations(), an_environment(settings={"namespace": "Staging"}))
    with pytest.raises(CompileError, match="both have the namespace Staging"):
        compile_source(spec)
    one = drafts(two_destinations()["destinations"][0])
    spec = in_environment(one, an_environment(settings={"namespace": "Staging"}))
    assert compile_source(spec)["destinations"][0]["settings"]["namespace"] == "Staging"
