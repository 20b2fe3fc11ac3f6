#pragma once
// OpenAPI 3.1 from the route table: paths, parameters, bodies, answers, problem codes, who may call.

#include <string>

#include "http/route.h"

namespace marque::http {

/// The whole document as indented JSON. Deterministic, so that it can be committed and compared.
[[nodiscard]] std::string openapi_document(const Routes& routes);

}  // namespace marque::http
