from django.db import migrations, models

# People who had finished before ends were told apart have done everything.
_FINISHED_IS_COMPLETE = """
UPDATE elicitation_participant SET outcome = 'complete', outcome_at = finished_at
WHERE finished_at IS NOT NULL AND outcome = ''
"""


class Migration(migrations.Migration):

    dependencies = [
        ('elicitation', '0006_what_people_took_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='prompt',
            name='disagreement',
            field=models.FloatField(blank=True, help_text='How much people disagree, as last measured; see measures.disagreement.', null=True),
        ),
        migrations.RunSQL(_FINISHED_IS_COMPLETE, migrations.RunSQL.noop),
    ]
