"""Filters of lists by source."""

import pytest
from drf_spectacular.generators import SchemaGenerator

#: The paths of lists with ``?source=``.
LISTS = [
    path
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items()
    if "{" not in path
    and any(parameter["name"] == "source" for parameter in methods.get("get", {}).get("parameters", []))
]
UNKNOWN = ["abc", "7", "-1", "1.5", "NaN", "99999999999999999999999", "\x00", "1e5"]


def test_it_filters_each_list_of_a_source():
    assert len(LISTS) >= 9


@pytest.mark.parametrize("source", UNKNOWN)
@pytest.mark.parametrize("path", LISTS)
def test_it_refuses_to_list_rows_of_an_unknown_source(owner, refused, path, source):
    refused(owner.get(path, {"source": source}), 400, "source")
