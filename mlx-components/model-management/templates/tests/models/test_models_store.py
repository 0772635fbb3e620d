"""How models are named, and what a store answers."""

import pytest

from src.models import (
    AliasNotFoundError,
    InMemoryStore,
    ModelNotFoundError,
    ModelReference,
    ModelStore,
    ModelVersion,
    resolve,
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("churn", ModelReference("churn")),
        ("churn/3", ModelReference("churn", version=3)),
        ("churn@champion", ModelReference("churn", alias="champion")),
        ("my-model.v2@a_b-c", ModelReference("my-model.v2", alias="a_b-c")),
    ],
)
def test_references(text: str, reference: ModelReference) -> None:
    assert ModelReference.parse(text) == reference
    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/3",
        "@a",
        "a/",
        "a/0",
        "a/-1",
        "a/x",
        "a/b/c",
        "a@",
        "a@b@c",
        "a@3",
        "a@v3",
        "a@latest",
        "a b",
        "../a",
        ".a",
        "a'b",
        "a%2f",
        "a/9999999999",
    ],
)
def test_what_is_no_reference(text: str) -> None:
    with pytest.raises(ValueError, match="no"):
        ModelReference.parse(text)


def test_versions_come_newest_first(store: InMemoryStore) -> None:
    assert isinstance(store, ModelStore)
    assert store.names() == ["scale"]
    assert [(str(v), v.aliases) for v in store.versions("scale")] == [
        ("scale/2", ()),
        ("scale/1", ("champion",)),
    ]


def test_an_alias_belongs_to_one_version(store: InMemoryStore) -> None:
    store.set_alias("scale", "champion", 2)
    assert [v.aliases for v in store.versions("scale")] == [("champion",), ()]
    store.delete_alias("scale", "champion")
    store.delete_alias("scale", "champion")
    assert [v.aliases for v in store.versions("scale")] == [(), ()]


@pytest.mark.parametrize(
    ("text", "default_alias", "version"),
    [
        ("scale", None, 2),
        ("scale", "champion", 1),
        ("scale/2", "champion", 2),
        ("scale@champion", "other", 1),
    ],
)
def test_what_a_reference_means(
    store: InMemoryStore, text: str, default_alias: str | None, version: int
) -> None:
    found = resolve(store, ModelReference.parse(text), default_alias)
    assert found.version == version
    assert store.load(found).predict([{"x": 1}]) == [version + 1]


def test_what_is_not_there(store: InMemoryStore) -> None:
    with pytest.raises(ModelNotFoundError, match="nothing"):
        resolve(store, ModelReference("nothing"))
    with pytest.raises(ModelNotFoundError, match="2, 1"):
        resolve(store, ModelReference("scale", version=3))
    with pytest.raises(AliasNotFoundError, match="champion"):
        resolve(store, ModelReference("scale", alias="shadow"))
    with pytest.raises(ModelNotFoundError):
        store.set_alias("scale", "champion", 3)
    with pytest.raises(ModelNotFoundError):
        store.delete_alias("nothing", "champion")
    unknown = ModelVersion("scale", 9, store.versions("scale")[0].created_at)
    with pytest.raises(ModelNotFoundError):
        store.load(unknown)
    with pytest.raises(ModelNotFoundError):
        store.metrics(unknown)


def test_a_model_keeps_what_is_said_about_it(store: InMemoryStore) -> None:
    version = store.add("other", len, tags={"team": "risk"}, description="Counts rows.")
    assert (version.tags, version.description) == ({"team": "risk"}, "Counts rows.")
    assert store.metrics(version) == {}
