"""The schemas that are published, and what they say of JSON."""

import shutil
from pathlib import Path

from support.commands import run

_REPOSITORY = Path(__file__).parents[3]
SCHEMAS = _REPOSITORY / "docs/schema"


def complaints_about(schema: str, *documents: str | Path) -> str:
    """What a schema has against files, or one text; empty if nothing."""
    node = shutil.which("node")
    assert node, "node validates JSON: install it"
    texts = [document for document in documents if isinstance(document, str)]
    assert len(texts) == (0 if len(texts) != len(documents) else 1), "files, or one text"
    done = run(
        node,
        _REPOSITORY / "tests/e2e/support/validate_json.mjs",
        SCHEMAS / f"{schema}.json",
        *(document for document in documents if isinstance(document, Path)),
        directory=_REPOSITORY,
        stdin=texts[0] if texts else None,
    )
    assert (done.status == 0) == (done.errors == ""), str(done)
    return done.errors
