"""Extracts components from clones of public repositories, and checks what comes of it with means of its own.

    measure.py --mlx build/release/mlx CLONE…

repositories.txt beside this names the repositories that the project is measured on; they are cloned by hand and
never committed. Nothing here is shared with the engine: Python is read with CPython's `ast`, manifests with `tomllib`,
`configparser` and `packaging`. Exits with 1 if a bar is missed.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from manifests import declared_distributions, normalized, project_names
from python_facts import FileFacts, read_tree

RECALL_BAR = 0.98

# Distributions whose imports have another name, as far as the measured repositories declare them. Made by hand.
IMPORTS = {
    "a2a-sdk": ["a2a"],
    "azure-identity": ["azure.identity"],
    "azure-storage-blob": ["azure.storage.blob"],
    "deltalake": ["deltalake"],
    "docling-core": ["docling_core"],
    "elasticsearch": ["elasticsearch", "elastic_transport"],
    "faiss-cpu": ["faiss"],
    "google-cloud-bigquery": ["google.cloud.bigquery"],
    "google-cloud-bigquery-storage": ["google.cloud.bigquery_storage", "google.cloud.bigquery_storage_v1"],
    "google-cloud-bigtable": ["google.cloud.bigtable"],
    "google-cloud-core": ["google.cloud.exceptions"],
    "google-cloud-datastore": ["google.cloud.datastore"],
    "google-cloud-storage": ["google.cloud.storage"],
    "google-api-core": ["google.api_core"],
    "googleapis-common-protos": ["google.api", "google.rpc", "google.type"],
    "grpcio": ["grpc"],
    "grpcio-health-checking": ["grpc_health"],
    "grpcio-reflection": ["grpc_reflection"],
    "grpcio-tools": ["grpc_tools"],
    "haystack-ai": ["haystack"],
    "ibis-framework": ["ibis"],
    "mysqlclient": ["MySQLdb"],
    "nvidia-ml-py": ["pynvml"],
    "opentelemetry-sdk": ["opentelemetry.sdk"],
    "opentelemetry-api": ["opentelemetry.trace", "opentelemetry.context"],
    "opentelemetry-exporter-otlp-proto-grpc": ["opentelemetry.exporter.otlp.proto.grpc"],
    "opentelemetry-exporter-otlp-proto-http": ["opentelemetry.exporter.otlp.proto.http"],
    "opentelemetry-haystack": ["haystack_integrations.tracing.opentelemetry", "opentelemetry_haystack"],
    "opentelemetry-instrumentation-fastapi": ["opentelemetry.instrumentation.fastapi"],
    "opentelemetry-instrumentation-grpc": ["opentelemetry.instrumentation.grpc"],
    "opentelemetry-instrumentation-starlette": ["opentelemetry.instrumentation.starlette"],
    "pillow": ["PIL"],
    "protobuf": ["google.protobuf"],
    "psycopg": ["psycopg"],
    "psycopg2-binary": ["psycopg2"],
    "pyaml": ["pyaml"],
    "pyjwt": ["jwt"],
    "pymilvus": ["pymilvus"],
    "pymssql": ["pymssql"],
    "python-dateutil": ["dateutil"],
    "python-dotenv": ["dotenv"],
    "python-keycloak": ["keycloak"],
    "python-multipart": ["multipart", "python_multipart"],
    "pyyaml": ["yaml"],
    "qdrant-client": ["qdrant_client"],
    "scikit-learn": ["sklearn"],
    "singlestoredb": ["singlestoredb"],
    "snowflake-connector-python": ["snowflake.connector"],
    "py-grpc-prometheus": ["py_grpc_prometheus"],
    "trino": ["trino"],
}

SECRET_WORDS = re.compile(
    r"(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIALS|APIKEY|PWD|TOKEN|KEY|DSN|SECRETKEY)$", re.IGNORECASE
)
NO_SECRETS = re.compile(
    r"(^|_)(MAX|EOS|BOS|PAD|UNK|SEP|CLS|MASK|NEXT|PAGE|STOP|SPECIAL|NUM|COUNT|CACHE|SORT|PRIMARY|FOREIGN|PARTITION|PUBLIC)"
    r"_(TOKEN|KEY)$|TOKENS$|_(HEADER|NAME|FILE|PATH|URL|ID|COUNT|SPACE)$",
    re.IGNORECASE,
)


@dataclass
class Measurement:
    name: str
    problems: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    errors: int = 0
    components: int = 0
    distributions: int = 0
    variables: int = 0
    wanted: int = 0
    recalled: int = 0
    seconds: float = 0
    cpu_seconds: float = 0
    megabytes: float = 0


def import_names(distribution: str) -> list[str]:
    own = [distribution.replace("-", "_"), distribution.replace("-", "."), distribution.replace("-", "")]
    return IMPORTS.get(distribution, own)


def is_imported(distribution: str, imported: set[str]) -> bool:
    return any(name.lower() in imported for name in import_names(distribution))


def run(command: list[str], measurement: Measurement) -> subprocess.CompletedProcess[str]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    measurement.seconds = time.perf_counter() - begin
    measurement.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done


def peak_megabytes(command: list[str]) -> float:
    """Of the process alone: RUSAGE_CHILDREN keeps the largest that ever ran."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execv(command[0], command)
    os.close(read)
    os.close(write)
    _, _, usage = os.wait4(child, 0)
    return usage.ru_maxrss / 1024


def check_distributions(component: str, facts: list[dict], declared: set[str],
                        sources: dict[str, FileFacts], m: Measurement) -> set[str]:
    """Every distribution is imported at its evidence; one that the project does not declare, by its own name."""
    named = set()
    for fact in facts:
        if fact["field"] not in ("requires.distributions", "requires.optional", "requires.groups.dev"):
            continue
        name = normalized(re.split(r"[^A-Za-z0-9._-]", fact["value"], maxsplit=1)[0])
        if fact["field"] != "requires.groups.dev":
            named.add(name)
        m.distributions += 1
        here = set()
        for place in fact["evidence"]:
            if place["file"] in sources:
                here |= sources[place["file"]].imported_at.get(place["line"], set())
        # What is declared must be imported there by some name; what is not, by one that is known to be its own.
        is_shown = bool(here) if name in declared else is_imported(name, {text.lower() for text in here})
        if not is_shown and fact["field"] != "requires.groups.dev":
            m.problems.append(f"{component}: {fact['value']}: its evidence does not import it")
        if not fact["evidence"]:
            m.problems.append(f"{component}: {fact['value']} has no evidence")
    return named


def check_variables(component: str, facts: list[dict], variables: list[dict], clone: Path,
                    sources: dict[str, FileFacts], m: Measurement) -> None:
    """Every variable is read at its evidence, and those that are called secret sound like it."""
    places = {fact["value"]: fact["evidence"] for fact in facts if fact["field"] == "requires.environment"}
    for variable in variables:
        name = variable["name"]
        m.variables += 1
        for place in places.get(name, []):
            line = (clone / place["file"]).read_text(errors="replace").splitlines()[place["line"] - 1]
            if not place["file"].endswith(".py"):
                if f"${{oc.env:{name}" not in line:
                    m.problems.append(f"{component}: {name} is not read at {place['file']}:{place['line']}: {line.strip()}")
                continue
            facts_here = sources.get(place["file"])
            is_read = facts_here is not None and facts_here.reads(name, place["line"])
            if not is_read:
                m.problems.append(f"{component}: {name} is not read at {place['file']}:{place['line']}: {line.strip()}")
        if not places.get(name):
            m.problems.append(f"{component}: {name} has no evidence")
        if variable.get("secret"):
            first = places[name][0]
            line = (clone / first["file"]).read_text(errors="replace").splitlines()[first["line"] - 1].strip()
            m.secrets.append(f"{component}: {name}   {first['file']}:{first['line']}: {line}")
            is_typed = "SecretStr" in line or "SecretBytes" in line
            if not is_typed and (NO_SECRETS.search(name) or not SECRET_WORDS.search(name)):
                m.problems.append(f"{component}: {name} does not sound like a secret")


def measure(mlx: str, clone: Path) -> Measurement:
    m = Measurement(clone.name)
    with tempfile.TemporaryDirectory() as out:
        command = [mlx, "extract", "--no-cache", "--out", out + "/catalogue", "--json", "-C", str(clone)]
        done = run(command, m)
        if done.returncode != 0:
            m.problems.append(f"extraction ended with {done.returncode}: {done.stderr.strip()[:500]}")
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            m.problems.append("extraction gave no JSON")
            return m
        m.megabytes = peak_megabytes([os.path.abspath(mlx), *command[1:]])
        errors = [f for f in answer["findings"] if f["severity"] == "error"]
        m.errors = len(errors)
        m.problems += [f"error: {f['code']}: {f['message']}" for f in errors]
        declared = declared_distributions(clone)
        sources = read_tree(clone)
        union: set[str] = set()
        m.components = len(answer["components"])
        for entry in answer["components"]:
            explained = subprocess.run(
                [mlx, "extract", "--json", "--explain", entry["name"], "-C", str(clone)],
                capture_output=True, text=True, check=False, env={**os.environ, "MLX_CACHE_DIR": out + "/cache"},
            )
            facts = json.loads(explained.stdout)["facts"]
            union |= check_distributions(entry["name"], facts, set(declared), sources, m)
            variables = entry["component"]["requires"].get("environment", [])
            check_variables(entry["name"], facts, variables, clone, sources, m)
    imported = {name.lower() for file in sources.values() if not file.is_auxiliary for name in file.imported}
    own = project_names(clone)
    wanted = {name for name in declared if name not in own and is_imported(name, imported)}
    m.wanted = len(wanted)
    m.recalled = len(wanted & union)
    m.missed = [f"{name} ({declared[name]})" for name in sorted(wanted - union)]
    return m


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mlx", required=True)
    parser.add_argument("clones", nargs="+", type=Path)
    arguments = parser.parse_args()
    is_good = True
    wanted = recalled = 0
    print(f"{'repository':28} {'comp':>4} {'dists':>5} {'vars':>4} {'errors':>6} {'recall':>16} {'wall s':>7} {'cpu s':>6} {'MB':>5}")
    measured = []
    for clone in arguments.clones:
        m = measure(arguments.mlx, clone.resolve())
        measured.append(m)
        wanted += m.wanted
        recalled += m.recalled
        recall = m.recalled / m.wanted if m.wanted else 1
        is_good = is_good and not m.problems and recall >= RECALL_BAR
        print(f"{m.name:28} {m.components:4} {m.distributions:5} {m.variables:4} {m.errors:6} "
              f"{m.recalled:4} of {m.wanted:3} {recall:6.1%} {m.seconds:7.2f} {m.cpu_seconds:6.2f} {m.megabytes:5.0f}", flush=True)
    print(f"recall over all: {recalled} of {wanted}, {recalled / max(wanted, 1):.1%} (bar {RECALL_BAR:.0%})")
    for m in measured:
        for title, lines in (("problems", m.problems), ("missed", m.missed), ("secret", m.secrets)):
            if lines:
                print(f"\n{m.name}: {title}")
                print("\n".join("  " + line for line in lines))
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
