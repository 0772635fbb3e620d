#include "engine/merge/data_outliner.h"

namespace mlx {

Outline outline_yaml(std::string_view text, SymbolTable& symbols) {
  Outline o = outline_json(text, symbols);
  o.is_sound = false;
  return o;
}

}  // namespace mlx
