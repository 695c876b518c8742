from django.db import migrations
from django.db.models import F


def publish_versions(apps, schema_editor):
    """Whatever was asked until now was in force from the day it was made."""
    versions = apps.get_model("elicitation", "ProtocolVersion").objects
    versions.exclude(study__status="draft").update(published_at=F("created_at"))


class Migration(migrations.Migration):

    dependencies = [("elicitation", "0003_studies_of_thousands")]

    operations = [migrations.RunPython(publish_versions, migrations.RunPython.noop)]
