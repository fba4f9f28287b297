// The parts of a send and of a callback that run on the caller's thread, with Google Benchmark.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "messages/request_codec.hpp"
#include "workload.hpp"

namespace {

using namespace dropcowboy;

void validate_request(::benchmark::State& state) {
  const RvmRequest request = dropcowboy::benchmark::reference_request();
  for (auto _ : state) {
    Validation found = validate(request);
    ::benchmark::DoNotOptimize(found);
  }
}
BENCHMARK(validate_request);

void encode_request(::benchmark::State& state) {
  const RvmRequest request = dropcowboy::benchmark::reference_request();
  const std::string foreign_id = *request.foreign_id;
  for (auto _ : state) {
    std::string body;
    body.reserve(512);
    json::append_members(body, request, foreign_id);
    ::benchmark::DoNotOptimize(body);
  }
}
BENCHMARK(encode_request);

void parse_webhook(::benchmark::State& state) {
  const std::string body = support::data_file("callback_success.json");
  for (auto _ : state) {
    Result<Webhook> webhook = Webhook::parse(body);
    ::benchmark::DoNotOptimize(webhook);
  }
}
BENCHMARK(parse_webhook);

void parse_webhook_with_nlohmann_dom(::benchmark::State& state) {
  const std::string body = support::data_file("callback_success.json");
  for (auto _ : state) {
    nlohmann::json document = nlohmann::json::parse(body);
    ::benchmark::DoNotOptimize(document);
  }
}
BENCHMARK(parse_webhook_with_nlohmann_dom);

void make_foreign_id(::benchmark::State& state) {
  for (auto _ : state) {
    std::string id = new_foreign_id();
    ::benchmark::DoNotOptimize(id);
  }
}
BENCHMARK(make_foreign_id);

}  // namespace

BENCHMARK_MAIN();
