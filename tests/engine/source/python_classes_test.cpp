#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

namespace {

PythonClass only_class(const std::string& text) {
  const auto classes = read_python_module(text).classes;
  REQUIRE(classes.size() == 1);
  return classes.front();
}

PythonClass settings_class(const std::string& body) {
  return only_class(
      "from pydantic import AliasChoices, AliasPath, Field\n"
      "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
      "class Settings(BaseSettings):\n" +
      body);
}

PythonField field_of(const std::string& line) {
  const auto fields = settings_class("    " + line + "\n").fields;
  REQUIRE(fields.size() == 1);
  return fields.front();
}

}  // namespace

TEST_CASE("bases are named in full") {
  CHECK(settings_class("    pass\n").bases == Lines{"pydantic_settings.BaseSettings"});
  CHECK(only_class("import pydantic as p\nclass A(p.BaseModel, Generic[T], metaclass=M): pass\n").bases ==
        Lines{"pydantic.BaseModel", "Generic[T]"});
  CHECK(only_class("from .base import B\nclass A(B): pass\n").bases == Lines{".base.B"});
  CHECK(only_class("class A(\n    B,  # why\n    C,\n): pass\n").bases == Lines{"B", "C"});
  CHECK(only_class("class A: pass\n").bases.empty());
}

TEST_CASE("dataclasses are known by their decorator") {
  CHECK(only_class("from dataclasses import dataclass\n@dataclass\nclass A: pass\n").is_dataclass);
  CHECK(only_class("import dataclasses as d\n@x\n@d.dataclass(frozen=True)\nclass A: pass\n").is_dataclass);
  CHECK(only_class("import attrs\n@attrs.define\nclass A: pass\n").is_dataclass);
  CHECK_FALSE(only_class("@dataclass\nclass A: pass\n").is_dataclass);
  CHECK_FALSE(only_class("from dataclasses import dataclass\n@f(dataclass)\nclass A: pass\n").is_dataclass);
}

TEST_CASE("attributes with an annotation are fields") {
  CHECK(field_of("a: int") == PythonField{.name = "a",
                                          .annotation = "int",
                                          .default_text = {},
                                          .environment = {},
                                          .is_required = true,
                                          .literal = std::nullopt,
                                          .description = {},
                                          .line = 4});
  CHECK(field_of("a: str = 'b'") == PythonField{.name = "a",
                                                .annotation = "str",
                                                .default_text = "'b'",
                                                .environment = {},
                                                .is_required = false,
                                                .literal = "b",
                                                .description = {},
                                                .line = 4});
  CHECK(field_of("a: SecretStr | None = None").annotation == "SecretStr | None");
  CHECK_FALSE(field_of("a: SecretStr | None = None").is_required);
  CHECK_FALSE(field_of("a: SecretStr | None = None").literal);
  CHECK(field_of("a: int = -1").literal == "-1");
  CHECK(field_of("a: list[str] = [\n        'x',\n    ]").default_text == "['x']");
  CHECK(field_of("a: str = ...").is_required);
  CHECK(field_of("a: str = ...").default_text.empty());
  CHECK(field_of("a: 'SecretStr'").annotation == "'SecretStr'");
}

TEST_CASE("what is no field is none") {
  CHECK(settings_class("    a = 1\n    b: ClassVar[int] = 1\n    c: typing.ClassVar = 2\n    d.e: int = 1\n"
                       "    def f(self):\n        g: int = 1\n"
                       "    model_config: SettingsConfigDict = SettingsConfigDict(env_prefix='X_')\n")
            .fields.empty());
  CHECK(read_python_module("def f():\n  class A:\n    x: int\nclass B:\n  class C:\n    y: int\n")
            .classes.at(0)
            .fields.empty());
}

TEST_CASE("Field says what is required") {
  CHECK(field_of("a: int = Field()").is_required);
  CHECK(field_of("a: int = Field(...)").is_required);
  CHECK(field_of("a: int = Field(..., gt=0)").default_text.empty());
  CHECK(field_of("a: int = Field(default=...)").is_required);
  CHECK(field_of("a: int = Field(gt=0, description='d')").is_required);
  CHECK(field_of("a: int = Field(5, gt=0)").literal == "5");
  CHECK(field_of("a: int = Field(gt=0, default=5)").default_text == "5");
  CHECK_FALSE(field_of("a: int = Field(None)").is_required);
  const auto made = field_of("a: list = Field(default_factory=list)");
  CHECK_FALSE(made.is_required);
  CHECK(made.default_text == "list");
  CHECK_FALSE(made.literal);
  CHECK(field_of("a: int = Field(1, description='What ' 'it is')").description == "What it is");
}

TEST_CASE("dataclasses' own field function says so too") {
  const std::string text =
      "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
      "    a: int = field(repr=False)\n    b: list = field(default_factory=list)\n"
      "    c: int = field(default=3)\n";
  const auto fields = only_class(text).fields;
  REQUIRE(fields.size() == 3);
  CHECK(fields[0].is_required);
  CHECK(fields[1].default_text == "list");
  CHECK(fields[2].literal == "3");
}

TEST_CASE("the variables that a field is told to read") {
  CHECK(field_of("a: int = Field(1, env='A')").environment == Lines{"A"});
  CHECK(field_of("a: int = Field(1, env=['A', 'B'])").environment == Lines{"A", "B"});
  CHECK(field_of("a: int = Field(validation_alias='A')").environment == Lines{"A"});
  CHECK(field_of("a: int = Field(alias='A')").environment == Lines{"A"});
  CHECK(field_of("a: int = Field(alias='A', validation_alias='B')").environment == Lines{"B"});
  CHECK(field_of("a: int = Field(validation_alias='B', alias='A')").environment == Lines{"B"});
  CHECK(field_of("a: int = Field(validation_alias=AliasChoices('A', 'B'))").environment == Lines{"A", "B"});
  CHECK(field_of("a: int = Field(validation_alias=AliasChoices('A', AliasPath('b', 0)))").environment ==
        Lines{"A"});
  CHECK(field_of("a: int = Field(alias=make())").environment.empty());
}

TEST_CASE("Field in an annotation counts as well") {
  const auto field = field_of("a: Annotated[int, Field(alias='A', description='d')] = 5");
  CHECK(field.environment == Lines{"A"});
  CHECK(field.description == "d");
  CHECK(field.literal == "5");
  CHECK_FALSE(field.is_required);
  CHECK(field_of("a: Annotated[int, Field(gt=1)]").is_required);
  CHECK(field_of("a: typing.Annotated[int, Field(default=3)]").literal == "3");
  CHECK_FALSE(field_of("a: Annotated[int, Field(default=3)]").is_required);
  CHECK(field_of("a: Annotated[int").name == "a");
}

TEST_CASE("the prefix of settings, wherever it is written") {
  CHECK(settings_class("    model_config = SettingsConfigDict(env_file='.env', env_prefix='X_')\n")
            .environment_prefix == "X_");
  CHECK(settings_class("    model_config: SettingsConfigDict = SettingsConfigDict(env_prefix='X_')\n")
            .environment_prefix == "X_");
  CHECK(settings_class("    model_config = {'env_prefix': 'X_', 'extra': 'ignore'}\n").environment_prefix ==
        "X_");
  CHECK(settings_class("    model_config = dict(env_prefix='X_')\n").environment_prefix == "X_");
  CHECK(settings_class("    class Config:\n        env_prefix = 'X_'\n").environment_prefix == "X_");
  CHECK(settings_class("    class Config(Base):\n        env_prefix: str = 'X_'\n").environment_prefix ==
        "X_");
  CHECK(only_class("class A(BaseSettings, env_prefix='X_'): pass\n").environment_prefix == "X_");
  CHECK(only_class("P = 'X_'\nclass A(B):\n    model_config = C(env_prefix=P)\n").environment_prefix == "X_");
  CHECK(settings_class("    model_config = SettingsConfigDict(env_prefix=make())\n")
            .environment_prefix.empty());
  CHECK(settings_class("    model_config = {}\n    class Other:\n        env_prefix = 'X_'\n")
            .environment_prefix.empty());
  CHECK(settings_class("    model_config = {\n").environment_prefix.empty());
}

TEST_CASE("classes and fields have lines") {
  const auto described = settings_class("\n    a: int = Field(\n        1,\n    )\n    b: int\n");
  CHECK(described.line == 3);
  REQUIRE(described.fields.size() == 2);
  CHECK(described.fields[0].line == 5);
  CHECK(described.fields[1].line == 8);
}
