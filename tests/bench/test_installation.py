"""Where a bench works: what it makes of DATABASE_URL."""

import pytest
from psycopg2.extensions import parse_dsn

from bench.installation import database_url, hurried


@pytest.mark.parametrize(
    "server",
    [
        "postgresql://me:word@127.0.0.1:5432/insaf",
        "postgresql://me@/insaf?host=/run/pg&port=5433",
    ],
)
def test_a_url_without_the_limit_of_statements_is_one_that_libpq_reads(monkeypatch, server):
    monkeypatch.setenv("BENCH_SERVER", server)

    unhurried = database_url("insaf_bench", unhurried=True)

    assert unhurried.endswith("statement_timeout=0")
    assert parse_dsn(hurried(unhurried)) == parse_dsn(server) | {"dbname": "insaf_bench"}
