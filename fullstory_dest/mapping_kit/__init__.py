"""mapping-kit, the language of fields: templates of raw values and ``@directives``.

``check`` says what is wrong with a template, ``compile`` makes it into the instructions that browsers run.
The language is that of ``transform`` in @segment/actions-core.
"""

from __future__ import annotations

from ..problem import Problem
from . import directives as _declared  # noqa: F401 - importing the directives declares them
from .limits import check_limits
from .template import Instruction, Template, check_template, compile_template
from .whole_event import find_warnings

__all__ = ["Instruction", "Template", "check", "compile", "warnings"]


def check(template: Template) -> list[Problem]:
    """Every problem with a template, none if it is well. Takes whatever JSON (or Python) may come."""
    return list(check_limits(template)) or list(check_template(template))


def warnings(template: Template) -> list[Problem]:
    """What a template says and rarely means, such as the whole event for a value; none if it has problems."""
    return [] if check(template) else list(find_warnings(template))


def compile(template: Template) -> Instruction:
    """The instruction for a template, plain JSON: ``["object", {"name": ["path", "event"]}]``.

    Only for a template without problems: see ``check``.
    """
    return compile_template(template)
