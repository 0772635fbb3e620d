#include "engine/manifest/specifier.h"

#include <catch2/catch.hpp>

using mlx::are_disjoint;

TEST_CASE("specifiers that no release satisfies together are disjoint") {
  for (const auto& [a, b] :
       {std::pair{">=1.10,<2", ">=2.7,<3"}, std::pair{"==0.100.0", ">=0.115.2,<1"}, std::pair{"<2", ">=2"},
        std::pair{"<2.0", ">=2"}, std::pair{"<=1.9", ">1.9.0"}, std::pair{"~=1.4.2", ">=1.5"},
        std::pair{"~= 1.4", ">=2"}, std::pair{"==1", "==2"}, std::pair{"<10", ">=10"}}) {
    CAPTURE(a, b);
    CHECK(are_disjoint(a, b));
    CHECK(are_disjoint(b, a));
  }
}

TEST_CASE("specifiers that may be satisfied together are not") {
  for (const auto& [a, b] :
       {std::pair{">=1.10", ">=2.7,<3"}, std::pair{"", ">=2"}, std::pair{"<=2", ">=2.0"},
        std::pair{"==2.*", ">=3"}, std::pair{"!=2", "==2"}, std::pair{"~=1.4.2", ">=1.4.9"},
        std::pair{"~=1.4", ">=1.9"}, std::pair{"<3rc1", ">=3"}, std::pair{"===nonsense", ">=3"},
        std::pair{">=9", "<10"}}) {
    CAPTURE(a, b);
    CHECK_FALSE(are_disjoint(a, b));
    CHECK_FALSE(are_disjoint(b, a));
  }
}
