"""A process of its own that asks questions: `python -m tests.llm.asker MODEL ACCOUNT REPEATS [MAX_CALLS]`.

It prints one JSON line for each answer or error. Tests kill it.
"""

import json
import os
import sys
from urllib.parse import quote

import django
from django.conf import settings
from django.db import connection


def environment(base_url: str) -> dict[str, str]:
    """Return the environment in which an asker uses this test's database and server."""
    database = connection.settings_dict
    host = f"?host={quote(database['HOST'], safe='')}" if database["HOST"] else ""
    password = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{quote(database['USER'])}{password}@/{database['NAME']}{host}",
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "collective.settings",
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "test-key",
    }


def main() -> None:
    """Ask the same question, `REPEATS` times as different repeats."""
    django.setup()
    from llm.gateway import GatewayError, Limits, ask
    from tests.llm.questions import rank_question

    model, account, repeats, *rest = sys.argv[1:]
    limits = Limits(max_calls=int(rest[0])) if rest else None
    for repeat in range(int(repeats)):
        try:
            answer = ask(rank_question(), model=model, account=account, repeat=repeat, limits=limits)
            line = {"ranking": answer.value.ranking, "from_ledger": answer.from_ledger}
        except GatewayError as error:
            line = {"error": type(error).__name__}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
