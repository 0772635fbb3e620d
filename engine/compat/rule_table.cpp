#include <algorithm>
#include <array>

#include "engine/compat/rule.h"
#include "engine/compat/rules/rules.h"

namespace mlx {
namespace {

using namespace compat;

// By code, so that a reader, and find_rule(), can look one up.
constexpr std::array kRules = {
    Rule{.code = "application-port",
         .severity = Severity::kWarning,
         .title = "Two programs take the same port of the machine",
         .meaning =
             "Code starts a server on a port that stands there literally, and another one takes the same: "
             "the server of metrics in the same program, another command of the project, an application of "
             "a component, or a service that compose runs beside the project without building it. The "
             "second cannot start.",
         .example = "src/shop/main.py:  uvicorn.run(app, port=9000)\n"
                    "src/shop/main.py:  start_http_server(9000)\n",
         .remedy = "Give one of them another port, or read the port from a variable.",
         .check = PartyAndPairRule{.within = &check_ports_within, .between = &check_ports_between}},
    Rule{.code = "blocking-call",
         .severity = Severity::kWarning,
         .title = "A call that waits, in an async function",
         .meaning =
             "While it waits for the network, a program or the clock, the event loop answers nobody else. "
             "Functions that are not `async` are left alone: FastAPI runs those in threads.",
         .example = "@router.get(\"/price\")\nasync def price():\n    return requests.get(PRICES).json()\n",
         .remedy =
             "Use the asynchronous counterpart, hand the call to `asyncio.to_thread`, or drop the `async`.",
         .check = &check_blocking_call},
    Rule{.code = "component-circle",
         .severity = Severity::kError,
         .title = "Components require each other in a circle",
         .meaning =
             "None of them can be installed first, so none is. Found in the requirements that the components "
             "themselves state.",
         .example = "a/component.json: \"requires\": {\"components\": {\"b\": \"^1.0\"}}\n"
                    "b/component.json: \"requires\": {\"components\": {\"a\": \"^1.0\"}}\n",
         .remedy =
             "The registry's owner moves what both need into a third component, or drops one requirement.",
         .check = &check_component_circle},
    Rule{.code = "component-conflict",
         .severity = Severity::kError,
         .title = "Two components exclude each other",
         .meaning =
             "A component names others that it cannot share a project with, under `compatibility.conflicts`.",
         .example = "a/component.json: \"compatibility\": {\"conflicts\": [\"b\"]}\n",
         .remedy = "Choose one of the two.",
         .check = &check_component_conflict},
    Rule{.code = "component-missing",
         .severity = Severity::kError,
         .title = "A component that another one requires is not there",
         .meaning = "What requires it imports modules that it brings, and fails when they are loaded.",
         .example =
             "mlx.lock has api-serving, which requires config-management; mlx.lock does not have that\n",
         .remedy = "`mlx add NAME`.",
         .check = &check_component_missing},
    Rule{.code = "component-needed",
         .severity = Severity::kError,
         .title = "A module is imported that only a component would bring",
         .meaning =
             "The project's code imports a module below its own import root that it does not have, and with "
             "it a name that a component of its registries provides there. The import fails when it is "
             "reached. Imports in a `try` and those for type checkers are left alone.",
         .example = "src/shop/app.py:  from src.ratelimit import RateLimiter\n"
                    "mlx.lock does not have rate-limiting, which brings src.ratelimit\n",
         .remedy = "`mlx add NAME`, or take the import out.",
         .check = &check_component_needed},
    Rule{.code = "component-unused",
         .severity = Severity::kInfo,
         .title = "Nothing uses a component any more",
         .meaning =
             "A pull request takes away the last import of an installed component from outside of it. Not "
             "reported if another component requires it, if it can be started by itself, or if a "
             "configuration file still names one of its modules.",
         .example = "src/shop/app.py no longer says:  from src.ratelimit import RateLimiter\n",
         .remedy = "`mlx remove NAME`, unless something outside of the repository uses it.",
         .check = std::monostate()},
    Rule{.code = "config-group-collision",
         .severity = Severity::kWarning,
         .title = "Two configuration groups are in each other's way",
         .meaning =
             "Either two directories on Hydra's search path have different files for one option of a group, "
             "and the second is never read. Or two options that are always composed are put into one "
             "package, by `# @package` or by `@` in the defaults list, and set a key of it to different "
             "values, so that their order decides. Groups that are made to override others, such as "
             "`experiment`, are left alone.",
         .example = "conf/db/postgres.yaml:  # @package store\n                        host: db\n"
                    "conf/cache/redis.yaml:  # @package store\n                        host: cache\n",
         .remedy = "Rename the option, or give one of them a package of its own.",
         .check = &check_config_group_collision},
    Rule{.code = "config-key-collision",
         .severity = Severity::kWarning,
         .title = "One configuration key has two values",
         .meaning =
             "Hydra composes files of several groups into one configuration. Where a key gets a value from a "
             "group and from the primary file, the order of the defaults list decides, and a reader of one "
             "file "
             "is misled. Choices within one group are not compared: a run takes one of them.",
         .example = "conf/config.yaml:       api: {port: 9000}\n"
                    "conf/api/default.yaml:  port: 8000\n",
         .remedy = "Keep the key in one of the files, or override it where the program is started.",
         .check = &check_config_key_collision},
    Rule{.code = "conflict-ahead",
         .severity = Severity::kWarning,
         .title = "The next update will have a conflict here",
         .meaning = "A pull request edits a component's file in a place that the component's newest version "
                    "changes too. "
                    "Found by planning that update with the pull request and without it.",
         .example =
             "src/api/app.py:  app = FastAPI(title=\"Shop\")   # api-serving 1.3.0 changes this line too\n",
         .remedy = "Update the component first, or keep your own lines in a function or a file of your own.",
         .check = std::monostate()},
    Rule{.code = "extra-missing",
         .severity = Severity::kWarning,
         .title = "A distribution is declared without an extra that a component needs",
         .meaning =
             "The extra brings further distributions; without them an import fails, or a feature is missing.",
         .example = "pyproject.toml:  dependencies = [\"uvicorn>=0.30\"]\n"
                    "component.json:  \"uvicorn[standard]>=0.30\"\n",
         .remedy = "Add the extra to the project's line.",
         .check = &check_extra_missing},
    Rule{.code = "file-collision",
         .severity = Severity::kError,
         .title = "A file is in the way of a component's",
         .meaning =
             "The component has a file at a path where the project, or another component, has one with other "
             "content; also where the two paths differ in capitals only, which is one file on macOS and "
             "Windows.",
         .example = "src/api/app.py in the project, and src/api/app.py among the files of api-serving\n",
         .remedy = "Rename or move one of them; `mlx add --overwrite` replaces the project's.",
         .check = &check_file_collision},
    Rule{.code = "lock-removed",
         .severity = Severity::kError,
         .title = "The lock is gone",
         .meaning =
             "`mlx.lock` tells what was injected, and what each file was before you changed it. Without it "
             "no update "
             "can be merged, and nothing can be taken out. Found on pull requests that delete or move it.",
         .example = "git rm mlx.lock\n",
         .remedy = "Restore it. To take components out: `mlx remove NAME`.",
         .check = std::monostate()},
    Rule{.code = "module-collision",
         .severity = Severity::kError,
         .title = "A package hides a module of the same name",
         .meaning = "Of `api.py` and `api/__init__.py` in one directory Python only ever finds the package.",
         .example = "src/api.py and src/api/__init__.py\n",
         .remedy = "Rename one of them.",
         .check = &check_module_collision},
    Rule{
        .code = "name-removed",
        .severity = Severity::kError,
        .title = "A name that the installed version no longer has",
        .meaning =
            "The code imports, or calls with an argument, what a later major version of a distribution or of "
            "Python took out, and all versions that the project admits are later. Imports in a `try` or "
            "below "
            "an `if` are left alone. The table of names is `engine/compat/data/removed_names.tsv`.",
        .example = "pyproject.toml:  \"pydantic>=2\"\nsettings.py:     from pydantic import BaseSettings\n",
        .remedy = "Use what took its place, or hold the older version back.",
        .check = &check_name_removed},
    Rule{.code = "plugin-collision",
         .severity = Severity::kWarning,
         .title = "Two plugins have the same name",
         .meaning =
             "Two modules register something under one name in one registry of the project, or two of its "
             "manifests offer one name in one group of entry points. The second replaces the first, or is "
             "refused when it is loaded. Only literal names count, and only what is certain to be a "
             "registry; a registration that says `force=True`, or that is below a condition, is left alone.",
         .example = "src/shop/trees.py:   @MODELS.register(\"tree\")\n"
                    "src/shop/forest.py:  @MODELS.register(\"tree\")\n",
         .remedy = "Give one of them another name.",
         .check = PartyAndPairRule{.within = &check_plugins_within, .between = &check_plugins_between}},
    Rule{.code = "port-collision",
         .severity = Severity::kWarning,
         .title = "Two services take the same port of the machine",
         .meaning = "Docker refuses to start the second of two services of one compose file that publish the "
                    "same port.",
         .example = "services:\n  api:     {ports: [\"8000:8000\"]}\n  grafana: {ports: [\"8000:3000\"]}\n",
         .remedy = "Publish one of them on another port.",
         .check = &check_port_collision},
    Rule{.code = "project-unreadable",
         .severity = Severity::kError,
         .title = "The project cannot be read",
         .meaning = "A pull request leaves the configuration, the lock or a manifest in a form that cannot "
                    "be read; nothing else "
                    "is checked there until that is mended.",
         .example = "mlx.toml:  [bot]\n           review = { coment = \"always\" }\n",
         .remedy = "Correct the file at the line that is named.",
         .check = std::monostate()},
    Rule{.code = "python-version",
         .severity = Severity::kWarning,
         .title = "The project admits a Python that a component does not run on",
         .meaning = "Whoever installs the project on that Python gets code that fails there, and an "
                    "installer may find "
                    "no set of versions that fits.",
         .example = "pyproject.toml:  requires-python = \">=3.9\"\n"
                    "component.json:  \"python\": \">=3.11\"\n",
         .remedy = "Raise `requires-python`.",
         .check = &check_python_version},
    Rule{.code = "requirement-disjoint",
         .severity = Severity::kError,
         .title = "No version of a distribution suits both sides",
         .meaning =
             "The specifiers, by PEP 440, have no version in common, pre-releases and local versions "
             "included. "
             "Requirements whose markers differ, or that are in two groups for developers, are not compared: "
             "they need not meet in one environment.",
         .example = "pyproject.toml:  \"pydantic<2\"\n"
                    "component.json:  \"pydantic>=2.6\"\n",
         .remedy = "Widen the project's specifier, and move its code to the newer version.",
         .check = &check_requirement_disjoint},
    Rule{.code = "requirement-narrower",
         .severity = Severity::kInfo,
         .title = "The project admits versions that a component was not made for",
         .meaning =
             "Both have versions in common, but an installer may choose one that the component does not work "
             "with. Not reported where the project's lock file pins a version that suits both.",
         .example = "pyproject.toml:  \"httpx\"\n"
                    "component.json:  \"httpx>=0.27\"\n",
         .remedy = "Declare the narrower specifier.",
         .check = &check_requirement_narrower},
    Rule{.code = "requirement-undeclared",
         .severity = Severity::kError,
         .title = "A component needs a distribution that the project no longer declares",
         .meaning = "A fresh installation lacks it, and the component's import of it fails.",
         .example =
             "pyproject.toml no longer lists httpx; the installed component model-management imports it\n",
         .remedy = "Declare it again.",
         .check = &check_requirement_undeclared},
    Rule{.code = "role-filled-twice",
         .severity = Severity::kInfo,
         .title = "Two libraries do the same work",
         .meaning =
             "The project and a component use different web frameworks, settings libraries or command-line "
             "libraries. Both work, but whoever maintains them has to know two of everything.",
         .example = "server.py:       from flask import Flask\n"
                    "src/api/app.py:  from fastapi import FastAPI\n",
         .remedy = "Decide on one before the two grow together.",
         .check = &check_role_filled_twice},
    Rule{.code = "route-collision",
         .severity = Severity::kError,
         .title = "Two routes answer the same requests",
         .meaning =
             "They have the same method, and paths that differ in the names of parameters only. The one that "
             "is "
             "registered first gets all requests. Routes of two different applications are not compared.",
         .example = "@router.get(\"/models/{name}\")  # model-serving\n"
                    "@router.get(\"/models/{id}\")    # the project\n",
         .remedy = "Give one another path, or a prefix where its router is included.",
         .check = &check_route_collision},
    Rule{.code = "route-repeated",
         .severity = Severity::kWarning,
         .title = "One application has two routes for the same requests",
         .meaning = "As with route-collision, but both are of the same side.",
         .example = "@app.get(\"/items/{id}\")\ndef one(id): ...\n\n@app.get(\"/items/{name}\")\ndef "
                    "other(name): ...\n",
         .remedy = "Remove one, or give it another path.",
         .check = &check_route_repeated},
    Rule{
        .code = "script-collision",
        .severity = Severity::kError,
        .title = "Two commands have the same name",
        .meaning =
            "Both would be `[project.scripts]` entries; the later one replaces the other when the project is "
            "installed.",
        .example =
            "[project.scripts]\nserve = \"shop.server:main\"  # and a component's: serve = src.cli:main\n",
        .remedy = "Rename one.",
        .check = &check_script_collision},
    Rule{.code = "secret-in-code",
         .severity = Severity::kError,
         .title = "A secret in plain text",
         .meaning = "A password, key or token is written in the code, where everybody who can read the "
                    "repository can "
                    "read it, and its history keeps it. Placeholders and test values are left alone.",
         .example = "API_KEY = \"sk-live-…\"\n",
         .remedy =
             "Read it from a variable; a component may do so already. Then replace it where it is valid.",
         .check = &check_secret_in_code},
    Rule{.code = "service-missing",
         .severity = Severity::kWarning,
         .title = "A service that a component needs is started nowhere",
         .meaning =
             "The project starts its services by a compose file, and that has none of this name or image. A "
             "project without a compose file is left alone.",
         .example =
             "src/ratelimit/store.py connects to redis://redis:6379; compose.yaml starts postgres alone\n",
         .remedy = "Add the service, or say in its variable where it runs.",
         .check = &check_service_missing},
    Rule{.code = "symbol-collision",
         .severity = Severity::kWarning,
         .title = "A name is imported from two modules",
         .meaning = "The second import hides the first. Imports below `if` or `try` are choices, and are not "
                    "compared.",
         .example = "from .models import Settings\nfrom .config import Settings\n",
         .remedy = "Import one of them under another name.",
         .check = &check_symbol_collision},
    Rule{
        .code = "test-name-collision",
        .severity = Severity::kError,
        .title = "Two test files have the same module name",
        .meaning =
            "By default pytest imports a test file whose directory is no package by its bare name, and stops "
            "with an error at the second of that name.",
        .example = "tests/api/test_health.py and tests/jobs/test_health.py, without any __init__.py\n",
        .remedy = "Rename one, add an __init__.py to both directories, or set `--import-mode=importlib`.",
        .check = &check_test_name_collision},
    Rule{.code = "variable-default",
         .severity = Severity::kWarning,
         .title = "Two defaults of one environment variable",
         .meaning =
             "As long as nobody sets the variable, two parts of the same service work with different values.",
         .example = "os.getenv(\"LOG_LEVEL\", \"debug\")   # the project\n"
                    "log_level: str = \"INFO\"           # a component's settings\n",
         .remedy = "Give both the same default, or set the variable wherever the service runs.",
         .check = &check_variable_default},
    Rule{.code = "variable-type",
         .severity = Severity::kError,
         .title = "One environment variable is read as two types",
         .meaning = "A value that one settings class accepts the other refuses when the service starts.",
         .example = "timeout: int = 30     # the project reads TIMEOUT\n"
                    "timeout: bool = True  # and so does a component\n",
         .remedy = "Read it with the same type, or rename one.",
         .check = &check_variable_type},
};

static_assert(std::ranges::is_sorted(kRules, {}, &Rule::code));

}  // namespace

std::span<const Rule> rules() { return kRules; }

const Rule* rule_named(std::string_view code_or_id) {
  if (const Rule* rule = find_rule(code_or_id)) return rule;
  constexpr std::size_t kDigits = 8;
  const auto dash = code_or_id.rfind('-');
  if (dash == std::string_view::npos) return nullptr;
  const auto digits = code_or_id.substr(dash + 1);
  const bool is_digest =
      digits.size() == kDigits && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  return is_digest ? find_rule(code_or_id.substr(0, dash)) : nullptr;
}

std::string_view title_of(std::string_view code) {
  const Rule* rule = find_rule(code);
  return rule == nullptr ? code : rule->title;
}

const Rule* find_rule(std::string_view code) {
  const auto found = std::ranges::lower_bound(kRules, code, {}, &Rule::code);
  return found != kRules.end() && found->code == code ? &*found : nullptr;
}

}  // namespace mlx
