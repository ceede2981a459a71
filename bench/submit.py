"""How much of the raw write rate is left when a complaint is filed with everything on.

Baseline: one hand-written statement that inserts complaint, event and route, committed durably.
Ours: POST /api/v1/complaints/ through the whole of Django, in the same process, same database,
interleaved with the baseline. ``python -m bench.submit`` prints one JSON object as its last line.
"""

import json
import platform
import statistics
import time
from collections.abc import Callable
from random import Random

from bench.installation import installation

ROUNDS = 7
SECONDS = 1.0
AGENCIES = 4


def main() -> None:
    """Warm up, then measure the two by turns."""
    with installation(agencies=AGENCIES) as codes:
        raw, api = _raw(codes), _api(codes)
        _rate(raw, 0.3)
        _rate(api, 0.3)
        pairs = [(_rate(raw, SECONDS), _rate(api, SECONDS)) for _ in range(ROUNDS)]
    ratios = sorted(ours / floor for floor, ours in pairs)
    print(
        json.dumps(
            {
                "bench": "submit",
                "ratio": round(statistics.median(ratios), 4),
                "range": [round(ratios[0], 4), round(ratios[-1], 4)],
                "floor_per_second": round(statistics.median(floor for floor, _ in pairs)),
                "ours_per_second": round(statistics.median(ours for _, ours in pairs)),
                "rounds": ROUNDS,
                "machine": f"{platform.machine()}, Python {platform.python_version()}",
            }
        )
    )


def _rate(act: Callable[[], None], seconds: float) -> float:
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        act()
        done += 1
    return done / (time.perf_counter() - start)


def _raw(codes: list[str]) -> Callable[[], None]:
    from django.db import connection  # noqa: PLC0415

    connection.ensure_connection()
    chance = Random(1)
    schemas = ["a_" + code.replace("-", "_") for code in codes]
    cursor = connection.connection.cursor()
    cursor.execute("CREATE TABLE public.floor_route (reference text primary key, schema text)")
    for schema in schemas:
        cursor.execute(
            f"CREATE TABLE {schema}.floor_complaint (id bigserial primary key, reference text"
            f" unique, subject text, body text, email text, at timestamptz);"
            f"CREATE TABLE {schema}.floor_event (id bigserial primary key, complaint bigint"
            f" references {schema}.floor_complaint, kind text, at timestamptz)"
        )

    def act() -> None:
        schema = chance.choice(schemas)
        cursor.execute(
            f"WITH c AS (INSERT INTO {schema}.floor_complaint (reference, subject, body, email, at)"
            f" VALUES (%s, %s, %s, %s, now()) RETURNING id, reference), e AS (INSERT INTO"
            f" {schema}.floor_event (complaint, kind, at) SELECT id, 'received', now() FROM c)"
            f" INSERT INTO public.floor_route SELECT reference, '{schema}' FROM c",
            [f"{chance.randrange(10**16):016d}", "Subject", "Body " * 40, "person@example.org"],
        )

    return act


def _api(codes: list[str]) -> Callable[[], None]:
    from django.test import Client  # noqa: PLC0415

    client, chance = Client(headers={"host": "localhost"}), Random(2)

    def act() -> None:
        answer = client.post(
            "/api/v1/complaints/",
            {
                "organisation": chance.choice(codes),
                "kind": "complaint",
                "subject": "Subject",
                "body": "Body " * 40,
                "language": "fr",
                "privacy": "named",
                "party": {"name": "Test Person", "email": "person@example.org"},
            },
            content_type="application/json",
        )
        if answer.status_code != 201:
            raise RuntimeError(answer.content.decode())

    return act


if __name__ == "__main__":
    main()
