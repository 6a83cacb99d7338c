"""The roles, as Django groups: viewer, editor, publisher, owner. Each may what the one before it may, and more."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ_ONLY = ("release", "migration")
DRAFTS = ("source", "destination", "mapping", "classicdestination")
PEOPLE = {"auth": ("user", "group"), "knox": ("authtoken",)}


def allowed():
    """The permissions of each role, as (app, codename)."""
    view = {("fullstory_dest", f"view_{model}") for model in (*DRAFTS, *READ_ONLY)}
    write = {("fullstory_dest", f"{verb}_{model}") for verb in ("add", "change", "delete") for model in DRAFTS}
    write |= {("fullstory_dest", "add_migration")}
    publish = {("fullstory_dest", "publish_source")}
    people = {
        (app, f"{verb}_{model}")
        for app, models in PEOPLE.items()
        for model in models
        for verb in ("view", "add", "change", "delete")
    }
    return {
        "viewer": view,
        "editor": view | write,
        "publisher": view | write | publish,
        "owner": view | write | publish | people,
    }


def make_roles(apps, schema_editor):
    # Permissions are made only after all migrations; the roles need them now.
    for label in ("fullstory_dest", *PEOPLE):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permission = apps.get_model("auth", "Permission")
    group = apps.get_model("auth", "Group")
    for role, codenames in allowed().items():
        made, _ = group.objects.get_or_create(name=role)
        for app, codename in codenames:
            made.permissions.add(permission.objects.get(content_type__app_label=app, codename=codename))


class Migration(migrations.Migration):
    dependencies = [
        ("fullstory_dest", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
