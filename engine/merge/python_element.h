#pragma once

#include "engine/merge/outline.h"

namespace mlx {

// What a Python statement is and what it says, once its atoms have been read.

/// Sets kind and name of a statement that opens no block of clauses; `parent` has those before it.
void describe_python_statement(const Outline& outline, Element& element, const Element& parent);

/// Sets the name of a clause: its header.
void name_python_clause(const Outline& outline, Element& clause);

/// Sets the digest of an element whose children have theirs.
void finish_python_element(const Outline& outline, Element& element);

}  // namespace mlx
