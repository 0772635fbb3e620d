#include "engine/advise/mask_secrets.h"

#include <algorithm>
#include <chrono>
#include <random>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

std::string in_python(const std::string& text) { return mask_secrets(text, MaskedLanguage::kPython); }
std::string elsewhere(const std::string& text) { return mask_secrets(text, MaskedLanguage::kOther); }

// Put together here, so that nobody takes this file for a leak.
const std::string kGitHubToken = "ghp" + std::string("_16C7e42F292c6912E7710c838347Ae178B4a");
const std::string kAwsSecret = "wJalrXUtnFEMI/K7MDENG/" + std::string("bPxRfiCYEXAMPLEKEY");

}  // namespace

TEST_CASE("names of secrets are known in every spelling") {
  for (const std::string name : {"password",
                                 "DB_PASSWORD",
                                 "db-password",
                                 "dbPassword",
                                 "apiKey",
                                 "API_KEY",
                                 "apikey",
                                 "OPENAI_API_KEY",
                                 "secret",
                                 "client_secret",
                                 "SECRET_KEY",
                                 "privateKey",
                                 "token",
                                 "access_token",
                                 "GITHUB_TOKEN",
                                 "DB_PASS",
                                 "basic_auth",
                                 "Authorization",
                                 "aws_access_key_id",
                                 "ConnectionString",
                                 "SENTRY_DSN",
                                 "mypassword"}) {
    INFO(name);
    CHECK(is_secret_name(name));
  }
  for (const std::string name : {"", "name", "key", "primary_key", "sort_key", "cache_key", "tokenizer",
                                 "max_tokens", "pad_token", "eos_token", "next_token", "author", "passenger",
                                 "pass_through", "compass", "host", "monkey", "keyboard"}) {
    INFO(name);
    CHECK_FALSE(is_secret_name(name));
  }
}

TEST_CASE("what is random is told from what is made of words") {
  for (const std::string& word :
       {kAwsSecret, std::string("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        std::string("q8Zr2LmX0pVb7TnKd4Ws"), std::string("550e8400-e29b-41d4-a716-446655440000"),
        std::string("kX9vB2nM5qW8eR1tY4uI7oP0"), std::string("dGhpcyBpcyBhIHNlY3JldCB2YWx1ZSE5"),
        std::string("qwmzkxvbtrplsjdhfgnc")}) {
    INFO(word);
    CHECK(looks_random(word));
  }
  for (const std::string word :
       {"short1A", "internationalization", "test_the_second_version_of_the_model_2",
        "src/features/version2/pipeline3", "TestHttpClient2RetriesOnTimeout",
        "AbstractSingletonProxyFactoryBean", "model-7b-instruct-v0-2-q4_K_M", "2024-01-02-03-04-05-06-07",
        "12345678901234567890123456", "--------------------------", "sentence-transformers/all-MiniLM-L6-v2",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    INFO(word);
    CHECK_FALSE(looks_random(word));
  }
}

TEST_CASE("literals that are given to a secret's name are masked in Python") {
  const auto [code, masked] = GENERATE(table<std::string, std::string>({
      {"password = 'hunter2'\n", "password = '[masked]'\n"},
      {"PASSWORD: str = \"hunter2\"\n", "PASSWORD: str = \"[masked]\"\n"},
      {"self.api_key = b'abc'\n", "self.api_key = b'[masked]'\n"},
      {"connect(user='bob', password='hunter2')\n", "connect(user='bob', password='[masked]')\n"},
      {"c = {'host': 'db', 'password': 'hunter2'}\n", "c = {'host': 'db', 'password': '[masked]'}\n"},
      {"os.getenv('DB_PASSWORD', 'hunter2')\n", "os.getenv('DB_PASSWORD', '[masked]')\n"},
      {"os.environ['API_TOKEN']\n", "os.environ['API_TOKEN']\n"},
      {"token = os.environ['API_TOKEN']\n", "token = os.environ['API_TOKEN']\n"},
      {"os.environ.setdefault(\n    'DB_PASSWORD',\n    'hunter2',\n)\n",
       "os.environ.setdefault(\n    'DB_PASSWORD',\n    '[masked]',\n)\n"},
      {"PASSWORD = (\n    'hun'\n    'ter2'\n)\nNAME = 'x'\n",
       "PASSWORD = (\n    '[masked]'\n    '[masked]'\n)\nNAME = 'x'\n"},
      {"PASSWORD = \\\n    'hunter2'\n", "PASSWORD = \\\n    '[masked]'\n"},
      {"SECRET = '''one\ntwo\n'''\nx = 1\n", "SECRET = '''[masked]\n[masked]\n'''\nx = 1\n"},
      {"if token == 'abc':\n    return 'fine'\n", "if token == '[masked]':\n    return 'fine'\n"},
      {"def login(password):\n    '''Lets in.'''\n", "def login(password):\n    '''Lets in.'''\n"},
      {"connect(\n    password='a',\n    user='bob',\n)\n",
       "connect(\n    password='[masked]',\n    user='bob',\n)\n"},
      {"dsn = 'host=db password=hunter2 port=1'\n", "dsn = '[masked]'\n"},
      {"x = 'host=db password=hunter2 port=1'\n", "x = 'host=db password=[masked] port=1'\n"},
      {"args = ['--password', 'hunter2']\n", "args = ['--password', '[masked]']\n"},
      {"x = 1  # password: hunter2\n", "x = 1  # password: [masked]\n"},
      {"log.info('no password given')\n", "log.info('no password given')\n"},
      {"password = 'never closed\nx = 'y'\n", "password = '[masked]\nx = 'y'\n"},
      {"password = 'a\\'b'\n", "password = '[masked]'\n"},
  }));
  CHECK(in_python(code) == masked);
}

TEST_CASE("values of a secret's name are masked in other formats") {
  const auto [text, masked] = GENERATE(table<std::string, std::string>({
      {"password: hunter2\nhost: db\n", "password: [masked]\nhost: db\n"},
      {"DB_PASSWORD=hunter2\n", "DB_PASSWORD=[masked]\n"},
      {"- PASSWORD=hunter2\n", "- PASSWORD=[masked]\n"},
      {"password = \"hunter2\"  # old\n", "password = [masked]\n"},
      {"{\"password\": \"hunter2\"}\n", "{\"password\": [masked]\n"},
      {"password: ${DB_PASSWORD}\n", "password: ${DB_PASSWORD}\n"},
      {"password: \"${DB_PASSWORD}\"\n", "password: \"${DB_PASSWORD}\"\n"},
      {"password: ${DB_PASSWORD:-hunter2}\n", "password: [masked]\n"},
      {"token: null\n", "token: null\n"},
      {"password: |\n  one\n  two\nhost: db\n", "password: |\n  [masked]\n  [masked]\nhost: db\n"},
      {"passwords:\n- one\n- two\nhost: db\n", "passwords:\n[masked]\n[masked]\nhost: db\n"},
      {"[secrets]\ndb = \"hunter2\"\n[other]\ndb = \"fine\"\n",
       "[secrets]\ndb = [masked]\n[other]\ndb = \"fine\"\n"},
      {"- name: DB_PASSWORD\n  value: hunter2\n- name: HOST\n  value: db\n",
       "- name: DB_PASSWORD\n  value: [masked]\n- name: HOST\n  value: db\n"},
      {"RUN login --password hunter2\n", "RUN login --password [masked]\n"},
      {"ENV API_KEY hunter2\n", "ENV API_KEY [masked]\n"},
      {"max_tokens: 512\nsort_key: name\n", "max_tokens: 512\nsort_key: name\n"},
      {"password: hunter2\r\nhost: db\r\n", "password: [masked]\nhost: db\r\n"},
  }));
  CHECK(elsewhere(text) == masked);
}

TEST_CASE("in prose a word after a secret's name is masked, and no more") {
  const auto prose = [](const std::string& text) { return mask_secrets(text, MaskedLanguage::kProse); };
  CHECK(prose("`API_TOKEN` has two defaults") == "`API_TOKEN` has two defaults");
  CHECK(prose("it sets password=hunter2 and starts") == "it sets password=[masked] and starts");
  CHECK(prose("the default of `DB_PASSWORD` is set") == "the default of `DB_PASSWORD` is set");
}

TEST_CASE("tokens of known shapes are masked whatever they are called") {
  for (const std::string& token :
       {kGitHubToken, std::string("github_pat_11ABCDEFG0abcdefghij_klmnop"),
        std::string("glpat-abcdEFGH1234567890"), std::string("AKIA") + "IOSFODNN7EXAMPLE",
        std::string("sk-") + "proj-abcdefghijklmnop", std::string("sk_live_") + "4eC39HqLyjWDarjt",
        std::string("xoxb-") + "123456789012-abcdef",
        std::string("AIza") + "SyA1234567890abcdefghijklmnopqrstuv",
        std::string("hf_") + "abcdefghijklmnopqrstuvwx",
        std::string("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")}) {
    INFO(token);
    CHECK(in_python("x = '" + token + "'\n") == "x = '[masked]'\n");
    CHECK(elsewhere("see " + token + " there") == "see [masked] there");
  }
}

TEST_CASE("credentials in addresses and headers are masked") {
  CHECK(in_python("u = 'postgresql://bob:hunter2@db:5432/x'\n") == "u = 'postgresql://[masked]@db:5432/x'\n");
  CHECK(in_python("u = 'redis://:hunter2@cache'\n") == "u = 'redis://[masked]@cache'\n");
  CHECK(elsewhere("see https://token@example.org/x") == "see https://[masked]@example.org/x");
  CHECK(elsewhere("see amqp://bob:p/w?d@mq") == "see amqp://[masked]@mq");
  CHECK(elsewhere("see https://a.org,https://bob:pw@b.org") == "see https://[masked]@b.org");
  CHECK(elsewhere("see https://example.org/@team") == "see https://example.org/@team");
  CHECK(in_python("h = {'X': 'Bearer s3cr3t-value'}\n") == "h = {'X': 'Bearer [masked]'}\n");
  CHECK(elsewhere("Basic authentication") == "Basic authentication");
}

TEST_CASE("private keys are masked line by line, closed or not") {
  const std::string begin = "-----BEGIN RSA " + std::string("PRIVATE KEY-----");
  CHECK(elsewhere("a\n" + begin + "\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb\n") ==
        "a\n[masked]\n[masked]\n[masked]\n[masked]\nb\n");
  CHECK(elsewhere("a\n" + begin + "\nMIIE\nabc\n") == "a\n[masked]\n[masked]\n[masked]\n");
  CHECK(in_python("K = \"" + begin + "\\nMIIE\\n-----END RSA PRIVATE KEY-----\\n\"\n") ==
        "K = \"[masked]\\n\"\n");
  CHECK(elsewhere("-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n").contains("MIIE"));
}

TEST_CASE("known values are masked wherever they stand") {
  const std::vector<std::string> known = {"correct horse", ""};
  CHECK(mask_secrets("x = 'a correct horse b'\n# correct horse\n", MaskedLanguage::kPython, known) ==
        "x = 'a [masked] b'\n# [masked]\n");
}

TEST_CASE("values of .env files are known unless they say nothing") {
  const auto values = environment_file_values(
      "# PASSWORD=commented\nexport DB_PASSWORD='pw12'\nMODE=dev\nPORT=8080\r\nNAME = \"a long "
      "value\"\nnothing\nX=\n");
  CHECK(values == std::vector<std::string>{"pw12", "a long value"});
  CHECK(environment_file_values("").empty());
}

TEST_CASE("a text keeps its lines, whatever it is") {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  const std::vector<std::string> pieces = {"password",  "=",     ":",       "'",    "\"",
                                           "'''",       "\\",    "\n",      " ",    "(",
                                           ")",         "#",     "://",     "@",    "-----BEGIN PRIVATE KEY",
                                           "-----END ", "-----", "[",       "]",    "Bearer ",
                                           "abc",       "ghp_",  "--token", "ENV ", "\xff",
                                           "|",         "- ",    "  "};
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) text += pieces[random() % pieces.size()];
    for (const auto language : {MaskedLanguage::kPython, MaskedLanguage::kOther, MaskedLanguage::kProse}) {
      const std::string masked = mask_secrets(text, language);
      INFO(text);
      REQUIRE(std::ranges::count(masked, '\n') == std::ranges::count(text, '\n'));
    }
  }
}

TEST_CASE("a text that was made to be slow is not") {
  for (const std::string piece : {"://",       "://a:b",
                                  "sk-",       "ghp_",
                                  "Bearer ",   "-----BEGIN PRIVATE KEY ",
                                  "-----END ", "a=",
                                  "a:",        "token=",
                                  "=",         "\"",
                                  "'''",       "\\",
                                  "(",         "#",
                                  "# a:b ",    "- ",
                                  "\n",        "password: |\n ",
                                  "--token ",  "ENV ",
                                  "aB1",       "eyJ.",
                                  "[",         "[secret]\n"}) {
    INFO(piece);
    std::string text;
    while (text.size() < 300'000) text += piece;
    const auto begin = std::chrono::steady_clock::now();
    for (const auto language : {MaskedLanguage::kPython, MaskedLanguage::kOther, MaskedLanguage::kProse}) {
      static_cast<void>(mask_secrets(text, language));
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  }
}
