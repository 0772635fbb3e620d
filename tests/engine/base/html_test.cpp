#include "engine/base/html.h"

#include <catch2/catch.hpp>

using namespace mlx;

TEST_CASE("nothing of a text is taken for HTML") {
  CHECK(escape_html("") == "");
  CHECK(escape_html("a ü \n") == "a ü \n");
  CHECK(escape_html("<a href=\"x\" title='y'>&lt;") ==
        "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;lt;");
}
