#pragma once
// Content codings of bodies that are made while they are sent.

#include "http/coding.h"
#include "http/response.h"

namespace marque::http {

/// Puts a coding between the body's pieces and the wire; identity changes nothing. The response must have a stream.
void code_stream(Response& response, Coding coding);

}  // namespace marque::http
