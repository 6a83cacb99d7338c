"""mapping-kit, the language of fields: templates of raw values and ``@directives``.

``check`` finds the problems of a template, and ``compile`` compiles it to the instructions that browsers run. The
language is that of ``transform`` in @segment/actions-core.
"""

from __future__ import annotations

from ..problem import Problem
from . import directives as _declared  # noqa: F401 - importing the directives declares them
from .limits import check_limits
from .template import Instruction, Template, check_template, compile_template
from .whole_event import find_warnings

__all__ = ["Instruction", "Template", "check", "compile", "warnings"]


def check(template: Template) -> list[Problem]:
    """Return all problems of a template, which can be any JSON or Python value."""
    return list(check_limits(template)) or list(check_template(template))


def warnings(template: Template) -> list[Problem]:
    """Return likely mistakes, such as the whole event as a value. Empty if the template has problems."""
    return [] if check(template) else list(find_warnings(template))


def compile(template: Template) -> Instruction:
    """Return the instruction of a template as JSON: ``["object", {"name": ["path", "event"]}]``.

    The template must have no problems (see ``check``).
    """
    return compile_template(template)
