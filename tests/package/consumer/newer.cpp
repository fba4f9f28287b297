// How a project prepares a message of the v2 API, without sending it.
#include <dropcowboy/v2/v2.hpp>

int main() {
  dropcowboy::v2::ClientOptions options;
  options.credentials = {"key", "a-long-secret"};
  const auto client = dropcowboy::v2::Client::create(options);
  if (!client) return 1;
  dropcowboy::v2::SmsRequest request;
  request.to = "+15550020001";
  request.phone_line_id = "4e1b7c2d-90aa-4a41-8f4d-2b6f0c9d7e13";
  request.body = "Your table is ready.";
  const auto prepared = client->prepare(request);
  if (!prepared) return 2;
  const auto restored = dropcowboy::v2::Prepared::from_json(to_json(*prepared));
  return restored && restored->body() == prepared->body() ? 0 : 3;
}
