"""Errors beside the inputs of setup."""

import pytest

from tests.admin.pages import text
from tests.admin.setup.wizard import step
from tests.factories import a_source


@pytest.mark.parametrize(
    ("sent", "problem", "field"),
    [
        ({}, "name-problem", "id_name"),
        ({"source": "999"}, "source-problem", "fsd-choices"),
        ({"source": "1", "name": "Both"}, "name-problem", "id_name"),
    ],
)
def test_it_reports_each_source_error_beside_its_input(owner, sent, problem, field):
    a_source()
    shown = text(owner.post(step("source"), sent))
    assert f'id="{problem}"' in shown
    assert problem in shown[shown.index(field) :][:600]
    assert "fsd-alert" not in shown
