"""Parts of the OpenAPI schema that can't be read from the serializers."""

from __future__ import annotations

from typing import Any, Final, Literal

from drf_spectacular.authentication import SessionScheme as AnySessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, resolve_type_hint
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)

from fullstory_dest.api.base.problems import MEDIA_TYPE, ProblemDetails
from fullstory_dest.catalog import OVERRIDABLE_SETTINGS, SETTINGS, SETTINGS_BY_KEY, Setting
from fullstory_dest.catalog.check import MAXIMUM_SETTING_LENGTH
from fullstory_dest.compiler.check import CATEGORY_PATTERN, MAXIMUM_CATEGORIES, MAXIMUM_CATEGORY_LENGTH
from fullstory_dest.models import CLASSIC_DEFAULTS

Direction = Literal["request", "response"]


class ProblemAutoSchema(AutoSchema):
    """An operation whose errors are problem documents."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = ResolvedComponent(
            name="Problem",
            type=ResolvedComponent.SCHEMA,
            schema=schema_of(ProblemDetails),
            object=ProblemDetails,
        )
        self.registry.register_on_missing(problem)
        refusal = {
            "content": {MEDIA_TYPE: {"schema": problem.ref}},
            "description": "An error with its reasons.",
        }
        return {**bodies, "default": refusal}


def schema_of(hint: Any) -> dict[str, Any]:
    """Return the schema of a type hint, such as a TypedDict or a list of them."""
    schema: dict[str, Any] = resolve_type_hint(hint)
    return schema


class BearerScheme(OpenApiAuthenticationExtension):
    """Bearer tokens. Defining the class registers it."""

    target_class = "fullstory_dest.api.base.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(AnySessionScheme):
    """The cookie of the admin's session."""

    target_class = "fullstory_dest.api.base.authentication.SessionAuthentication"


#: JSON first, so that it's the default. YAML is available on request.
SCHEMA_RENDERERS: Final = (
    OpenApiJsonRenderer2,
    OpenApiJsonRenderer,
    OpenApiYamlRenderer2,
    OpenApiYamlRenderer,
)


def _setting_schema(setting: Setting) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": setting.type,
        "title": setting.label,
        "description": setting.description,
    }
    if not setting.required:
        schema["default"] = setting.default
    if setting.type == "string":
        schema["maxLength"] = MAXIMUM_SETTING_LENGTH
    if setting.pattern:
        blank = "" if setting.required else "?"
        schema["pattern"] = f"^({setting.pattern.pattern}){blank}$"
    return schema


def _override_schema(setting: Setting) -> dict[str, Any]:
    schema = _setting_schema(setting)
    schema.pop("default", None)
    return schema


#: A destination's settings.
SETTINGS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Settings with default values are left out. An update replaces all settings.",
    "properties": {setting.key: _setting_schema(setting) for setting in SETTINGS},
    "required": [setting.key for setting in SETTINGS if setting.required],
    "additionalProperties": False,
}

#: An environment's settings.
OVERRIDES_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Blank settings are left out. An update replaces all settings.",
    "properties": {key: _override_schema(SETTINGS_BY_KEY[key]) for key in OVERRIDABLE_SETTINGS},
    "additionalProperties": False,
}

#: The settings of a classic destination.
CLASSIC_SETTINGS_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Missing settings have their defaults. An update replaces all settings.",
    "properties": {
        key: {"type": "boolean" if isinstance(default, bool) else "string", "default": default}
        for key, default in CLASSIC_DEFAULTS.items()
    },
}

#: A destination's consent categories.
CONSENT_CATEGORIES_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {"type": "string", "maxLength": MAXIMUM_CATEGORY_LENGTH, "pattern": f"^{CATEGORY_PATTERN}$"},
    "maxItems": MAXIMUM_CATEGORIES,
    "uniqueItems": True,
    "default": [],
}

OBJECT_SCHEMA: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {}}
