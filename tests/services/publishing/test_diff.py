"""Comparing two specs."""

from fullstory_dest.services.publishing.diff import diff
from tests.factories import destination_spec, mapping_spec, source_spec


def changes(before, after):
    return [(each["kind"], each["where"], each["before"], each["after"]) for each in diff(before, after)]


def test_it_reports_every_setting_of_a_source():
    before = source_spec(honor_gpc=False, honor_dnt=False)
    after = {
        "name": "Store",
        "slug": "store",
        "write_key": "other",
        "api_host": "api.example.com",
        "honor_gpc": True,
        "honor_dnt": True,
    }
    found = changes(before, {**before, **after})
    assert found == [("changed", [key], before[key], value) for key, value in after.items()]


def test_it_reports_everything_as_added_to_nothing():
    destination = destination_spec()
    found = changes(None, source_spec(destination))
    assert found == [
        ("added", ["name"], None, "Shop"),
        ("added", ["slug"], None, "shop"),
        ("added", ["write_key"], None, "key"),
        ("added", ["api_host"], None, ""),
        ("added", ["FullStory"], None, destination),
    ]


def test_it_reports_changes_inside_a_destination():
    before = destination_spec(mapping_spec(), settings={"orgId": "o-1", "debug": True})
    after = destination_spec(
        mapping_spec(name="Paid", enabled=False, action="trackEvent", trigger='event = "Paid"', fields={}),
        name="Main",
        enabled=False,
        consent_categories=["C0002"],
        settings={"orgId": "o-2"},
    )
    where = ["Main", "Paid"]
    assert changes(source_spec(before), source_spec(after)) == [
        ("changed", ["Main", "name"], "FullStory", "Main"),
        ("changed", ["Main", "enabled"], True, False),
        ("added", ["Main", "consent_categories"], None, ["C0002"]),
        ("changed", ["Main", "orgId"], "o-1", "o-2"),
        ("removed", ["Main", "debug"], True, None),
        ("changed", [*where, "name"], "Track", "Paid"),
        ("changed", [*where, "enabled"], True, False),
        ("changed", [*where, "action"], "trackEventV2", "trackEvent"),
        ("changed", [*where, "trigger"], 'type = "track"', 'event = "Paid"'),
        ("removed", [*where, "fields", "name"], {"@path": "$.event"}, None),
    ]


def test_it_reports_the_order_of_mappings_that_are_in_both():
    one, two, three = (mapping_spec(id=number, name=f"M{number}") for number in (1, 2, 3))
    before = source_spec(destination_spec(one, two))
    assert changes(before, source_spec(destination_spec(three, one, two))) == [
        ("added", ["FullStory", "M3"], None, three)
    ]
    assert changes(before, source_spec(destination_spec(two, one))) == [
        ("changed", ["FullStory", "order"], ["M1", "M2"], ["M2", "M1"])
    ]
    # Mappings of one name differ by ID.
    twins = [mapping_spec(id=number, name="Twin") for number in (1, 2)]
    found = changes(source_spec(destination_spec(*twins)), source_spec(destination_spec(*twins[::-1])))
    assert [where for _kind, where, _before, _after in found] == [["FullStory", "order"]]


def test_it_matches_destinations_by_id():
    before, after = destination_spec(id=1), destination_spec(id=2)
    assert changes(source_spec(before), source_spec(after)) == [
        ("removed", ["FullStory"], before, None),
        ("added", ["FullStory"], None, after),
    ]
