#include "engine/component/extract/variables.h"

#include <catch2/catch.hpp>

#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

ExtractedProject with(const std::string& code) { return ExtractedProject(Files{{"src/api/app.py", code}}); }

}  // namespace

TEST_CASE("a name says as whole words whether the value is a secret") {
  for (const char* name : {"API_KEY", "DB_PASSWORD", "password", "SECRET", "CLIENT_SECRET", "GITHUB_TOKEN",
                           "TOKEN", "ACCESS_TOKEN", "AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY",
                           "SSH_PRIVATE_KEY", "SIGNING_KEY", "GOOGLE_CREDENTIALS", "REDIS_PASSWD",
                           "KEYSTORE_PASSPHRASE", "APIKEY", "SECRET_KEY", "AUTH_KEY", "ENCRYPTION_KEY"}) {
    INFO(name);
    CHECK(names_secret(name));
  }
  for (const char* name : {"MAX_TOKENS",
                           "max_tokens",
                           "token_count",
                           "TOKENS",
                           "api_key_header",
                           "API_KEY_NAME",
                           "keyspace",
                           "KEYSPACE",
                           "EOS_TOKEN",
                           "PAD_TOKEN",
                           "MAX_TOKEN",
                           "KEY",
                           "SORT_KEY",
                           "PARTITION_KEY",
                           "CACHE_KEY",
                           "PRIMARY_KEY",
                           "PUBLIC_KEY",
                           "MONKEY",
                           "TOKENIZER",
                           "TOKENIZERS_PARALLELISM",
                           "PASSWORD_FILE",
                           "SECRET_NAME",
                           "CREDENTIALS_PATH",
                           "TOKEN_URL",
                           "AUTHOR",
                           "COMPASS",
                           "",
                           "_"}) {
    INFO(name);
    CHECK_FALSE(names_secret(name));
  }
}

TEST_CASE("reads of the environment, of every kind, are variables") {
  const auto project = with(
      "import os\nfrom os import environ, getenv\n"
      "A = os.environ[\"REQUIRED\"]\nB = os.environ.get(\"WITH_DEFAULT\", \"8000\")\nC = "
      "os.getenv(\"MAYBE\")\n"
      "D = getenv(\"SHORT\", \"x\")\nE = environ[\"DIRECT\"]\nF = os.getenv(\"COMPUTED\", compute())\n"
      "G = os.environ.get(\"PATH\")\nH = os.getenv(name)\n");
  CHECK(project.variables("api") ==
        Names{"COMPUTED", "DIRECT required", "MAYBE", "REQUIRED required", "SHORT=x", "WITH_DEFAULT=8000"});
  CHECK(project.evidence("api", "requires.environment", "WITH_DEFAULT") == Names{"src/api/app.py:4"});
}

TEST_CASE("a variable that is read in several places is one, with all of them") {
  const ExtractedProject project(Files{{"src/api/a.py", "import os\nos.getenv(\"X\", \"1\")\n"},
                                       {"src/api/b.py", "import os\nos.environ[\"X\"]\n"}});
  CHECK(project.variables("api") == Names{"X=1"});
  CHECK(project.evidence("api", "requires.environment", "X") == Names{"src/api/a.py:2", "src/api/b.py:2"});
}

TEST_CASE("fields of settings classes are variables, with the prefix of the class") {
  const ExtractedProject project(Files{
      {"src/core/settings.py",
       "from pydantic import Field, SecretStr\nfrom pydantic_settings import BaseSettings, "
       "SettingsConfigDict\n"
       "class Base(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=\"SHOP_\")\n"
       "    port: int = 8000\n    dsn: SecretStr\n"
       "    level: str = Field(\"info\", description=\"How much is logged.\")\n"
       "    old: str = Field(validation_alias=\"LEGACY_NAME\")\n    _hidden: int = 1\n"},
      {"src/api/settings.py", "from src.core.settings import Base\nclass Settings(Base):\n    host: str\n"},
      {"src/other/plain.py", "class Settings:\n    host: str\n"}});
  CHECK(project.variables("core") ==
        Names{"LEGACY_NAME required", "SHOP_DSN required", "SHOP_LEVEL=info", "SHOP_PORT=8000"});
  CHECK(project.secrets("core") == Names{"SHOP_DSN"});
  CHECK(project.component("core").requirements.environment[2].description == "How much is logged.");
  CHECK(project.variables("api") == Names{"SHOP_HOST required"});
  CHECK(project.variables("other").empty());
}

TEST_CASE("a switch or a number is no secret, whatever its name") {
  const auto project = with(
      "import os\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n"
      "    cors_allow_credentials: bool = False\n    check_password: bool\n    max_token: int | None = None\n"
      "    use_token: str = \"true\"\n    refresh_token: str = \"\"\n"
      "X = os.getenv(\"SEND_TOKEN\", \"false\")\nY = os.getenv(\"NEXT_SECRET\", \"30\")\n");
  CHECK(project.secrets("api") == Names{"REFRESH_TOKEN"});
}

TEST_CASE("what Hydra's configuration takes from the environment is a variable") {
  const ExtractedProject project(
      Files{{"src/core/conf.py",
             "import hydra\nfrom pydantic import BaseModel, SecretStr\n"
             "class Tracking(BaseModel):\n    token: SecretStr\n    uri: str\n"},
            {"conf/config.yaml",
             "defaults:\n  - _self_\n# Where runs are kept.\nuri: ${oc.env:TRACKING_URI,sqlite:///x.db}\n"
             "token: ${oc.env:TRACKING,null}\nname: ${oc.env:WHO}\n"
             "nested: ${oc.env:OUTER,${oc.env:INNER,deep}}\nbroken: ${oc.env:NEVER\n"}});
  CHECK(project.variables("core") == Names{"INNER=deep", "OUTER=${oc.env:INNER,deep}", "TRACKING",
                                           "TRACKING_URI=sqlite:///x.db", "WHO required"});
  CHECK(project.secrets("core") == Names{"TRACKING"});
  CHECK(project.evidence("core", "requires.environment", "WHO") == Names{"conf/config.yaml:6"});
}

TEST_CASE("comments in .env.example describe") {
  const ExtractedProject project(
      Files{{".env.example", "# Where the model\n# is kept.\nMODEL_URI=\n\n# Other\n\nPORT=1\r\n"},
            {"src/api/app.py", "import os\nos.environ[\"MODEL_URI\"]\nos.getenv(\"PORT\")\n"}});
  const auto& variables = project.component("api").requirements.environment;
  CHECK(variables[0].description == "Where the model is kept.");
  CHECK(variables[1].description.empty());
}
