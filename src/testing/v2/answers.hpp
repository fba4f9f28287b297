#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "testing/answer.hpp"
#include "testing/random_ids.hpp"

namespace dropcowboy::testing::v2 {

/// A good answer of every call but sends.
inline Answer data(const nlohmann::ordered_json& data, RandomIds& ids, int status = 200) {
  const nlohmann::ordered_json body = {{"data", data}, {"meta", {{"request_id", ids.uuid()}}}};
  return {status, body.dump(), {}};
}

/// A bad one (RFC 9457). `slug` is the last part of its type, `code` may be empty.
inline Answer problem(int status, std::string_view slug, std::string_view detail, RandomIds& ids,
                      std::string_view code = {}) {
  std::string type = "https://api-v2.dropcowboy.com/errors/";
  type += slug;
  nlohmann::ordered_json body = {{"type", type},
                                 {"title", slug},
                                 {"status", status},
                                 {"detail", detail},
                                 {"request_id", ids.uuid()}};
  if (!code.empty()) body["details"] = {{"code", code}};
  return {status, body.dump(), {{"Content-Type", "application/problem+json"}}};
}

inline Answer not_found(std::string_view what, RandomIds& ids) {
  return problem(404, "not-found", "there is no such " + std::string(what), ids);
}

inline Answer invalid(std::string_view detail, RandomIds& ids) {
  return problem(422, "validation-failed", detail, ids);
}

}  // namespace dropcowboy::testing::v2
