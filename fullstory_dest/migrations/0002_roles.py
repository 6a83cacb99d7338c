"""The roles, as Django groups: viewer, editor, publisher, owner. Each has the permissions of the one before it."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ_ONLY = ("release", "deployment", "review", "migration")
DRAFTS = ("source", "destination", "mapping", "testcase", "classicdestination")
ACCOUNTS = {"auth": ("user", "group"), "fullstory_dest": ("apitoken",)}


def allowed():
    """The permissions of each role, as (app, codename)."""
    view = {("fullstory_dest", f"view_{model}") for model in (*DRAFTS, "environment", *READ_ONLY)}
    write = {("fullstory_dest", f"{verb}_{model}") for verb in ("add", "change", "delete") for model in DRAFTS}
    write |= {("fullstory_dest", "add_migration"), ("fullstory_dest", "add_review")}
    publish = {("fullstory_dest", "publish_source")}
    publish |= {("fullstory_dest", f"{verb}_environment") for verb in ("add", "change", "delete")}
    accounts = {
        (app, f"{verb}_{model}")
        for app, models in ACCOUNTS.items()
        for model in models
        for verb in ("view", "add", "change", "delete")
    }
    return {
        "viewer": view,
        "editor": view | write,
        "publisher": view | write | publish,
        "owner": view | write | publish | accounts | {("fullstory_dest", "override_approvals")},
    }


def make_roles(apps, schema_editor):
    # Permissions are made only after all migrations; the roles need them now.
    for label in ACCOUNTS:
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
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
