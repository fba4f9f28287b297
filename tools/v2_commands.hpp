#pragma once

#include <optional>
#include <string>

#include "exit_code.hpp"
#include "request_flags.hpp"
#include "v2_session.hpp"

// One struct for each command of the v2 API, filled in from the command line, and what it does.
namespace dropcowboy::tool::v2 {

struct SendRvm {
  CallFlags call{};
  FlagValues values{};
  std::string save{};  ///< where the message is stored before it is sent; empty: nowhere
};
ExitCode run(const SendRvm& command);

struct SendSms {
  CallFlags call{};
  FlagValues values{};
  std::string save{};
};
ExitCode run(const SendSms& command);

/// Sends what --save has stored, the first time or once more.
struct SendSaved {
  CallFlags call{};
  std::string file = "-";
};
ExitCode run(const SendSaved& command);

/// Says what stands in the way of sending.
struct Doctor {
  CallFlags call{};
};
ExitCode run(const Doctor& command);

struct ListLines {
  CallFlags call{};
  std::string type{};
};
ExitCode run(const ListLines& command);

struct ListVoices {
  CallFlags call{};
};
ExitCode run(const ListVoices& command);

struct ListMedia {
  CallFlags call{};
  int limit = 0;
};
ExitCode run(const ListMedia& command);

struct UploadMedia {
  CallFlags call{};
  std::string file{};
  std::string name{};
};
ExitCode run(const UploadMedia& command);

struct ListWebhooks {
  CallFlags call{};
};
ExitCode run(const ListWebhooks& command);

/// What a webhook is to be; the secret that the service makes goes into a file, never to stdout.
struct CreateWebhook {
  CallFlags call{};
  std::string url{};
  std::string events{};
  std::string name{};
  std::string secret_file{};
};
ExitCode run(const CreateWebhook& command);

struct UpdateWebhook {
  CallFlags call{};
  std::string id{};
  std::string url{};
  std::string events{};
  std::string name{};
};
ExitCode run(const UpdateWebhook& command);

struct DeleteWebhook {
  CallFlags call{};
  std::string id{};
};
ExitCode run(const DeleteWebhook& command);

struct RotateWebhookSecret {
  CallFlags call{};
  std::string id{};
  std::string secret_file{};
};
ExitCode run(const RotateWebhookSecret& command);

}  // namespace dropcowboy::tool::v2
