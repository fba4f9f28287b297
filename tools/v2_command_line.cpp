#include "v2_command_line.hpp"

#include <CLI/Validators.hpp>
#include <memory>
#include <string>
#include <utility>

#include "command_flags.hpp"
#include "v2_commands.hpp"
#include "v2_request_flags.hpp"

namespace dropcowboy::tool::v2 {

namespace {

void add_call_flags(CLI::App* app, CallFlags& call) {
  app->add_flag("--dry-run", call.dry_run, "print the request, the secret masked; send nothing");
  add_service_flags(app, call);
}

/// Builds the commands.
class Commands {
 public:
  Commands(CLI::App& app, Choose choose) : app_(app), choose_(std::move(choose)) {
    add_sending();
    add_account();
    add_webhooks();
  }

 private:
  /// A command that calls the service; `example` follows "dropcowboy --api v2".
  template <class Command>
  auto add(const std::string& group, const std::string& name, const std::string& description,
           const std::string& example) {
    auto added = add_command<Command>(app_, choose_, group, name, description,
                                      "dropcowboy --api v2 " + example);
    add_call_flags(added.first, added.second->call);
    return added;
  }
  void add_sending();
  void add_account();
  void add_webhooks();

  CLI::App& app_;
  Choose choose_;
};

constexpr const char* save_help =
    "store the message with its key before it is sent;\n'send-saved' can then send the same one "
    "again";

void Commands::add_sending() {
  const auto [send_rvm, rvm] = add<SendRvm>(
      "Send", "send-rvm", "Send a ringless voicemail.",
      "send-rvm --to +15550010001 \\\n    --media-id 0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21");
  add_request_flags(send_rvm, rvm_flags(), rvm->values);
  flag(send_rvm, "--save", "FILE", rvm->save, save_help);
  const auto [send_sms, sms] =
      add<SendSms>("Send", "send-sms", "Send a text message.",
                   "send-sms --to +15550020001 --body 'Your order is ready.' \\\n"
                   "    --phone-line-id 6f1c9f6e-3a53-4c26-9d0e-7f4a5a3b2c11");
  add_request_flags(send_sms, sms_flags(), sms->values);
  flag(send_sms, "--save", "FILE", sms->save, save_help);
  const auto [send_saved, saved] =
      add<SendSaved>("Send", "send-saved", "Send what --save has stored, under the same key.",
                     "send-saved message.json");
  send_saved->add_option("FILE", saved->file, "the stored message; default: stdin")
      ->option_text(" ");
}

void Commands::add_account() {
  add<Doctor>("Account", "doctor", "Ask whether the key holds, and what the account may do.",
              "doctor");
  const auto [lines, listed] =
      add<ListLines>("Account", "lines", "List the phone lines: what --phone-line-id takes.",
                     "lines --type voice");
  flag(lines, "--type", "voice|sms", listed->type, "only those of one type");
  add<ListVoices>("Account", "voices", "List the voices: what --voice-id takes.", "voices");
  const auto [media, media_listed] =
      add<ListMedia>("Account", "media", "List the audio files: what --media-id takes.", "media");
  media->add_option("--limit", media_listed->limit, "at most so many")
      ->option_text("COUNT")
      ->check(CLI::Range(1, 1'000'000));
  const auto [upload, uploaded] = add<UploadMedia>(
      "Account", "media-upload", "Upload an .mp3 or .wav file.", "media-upload greeting.mp3");
  upload->add_option("FILE", uploaded->file, "the file")->option_text(" ")->required();
  flag(upload, "--name", "NAME", uploaded->name, "its name there; default: the file's");
}

void Commands::add_webhooks() {
  const std::string group = "Webhooks";
  const std::string example_id = "--id 5f0f1e5c-5a0e-4c0b-8b0a-2d5f7f6f2a10";
  const auto add_id = [](CLI::App* app, std::string& target) {
    flag(app, "--id", "ID", target, "the webhook's id")->required();
  };
  const auto add_secret_file = [](CLI::App* app, std::string& target) {
    flag(app, "--secret-file", "FILE", target,
         "where its signing secret is written, readable by\nyou only; it is told once, and not on "
         "stdout")
        ->required();
  };
  add<ListWebhooks>(group, "webhooks", "List the webhooks, without their secrets.", "webhooks");
  const auto [create, created] =
      add<CreateWebhook>(group, "webhook-create", "Have events sent to a URL of yours.",
                         "webhook-create --url https://hooks.acme.test/v2 \\\n"
                         "    --events contact.rvm.status --secret-file webhook.secret");
  flag(create, "--url", "URL", created->url, "where they are POSTed; https")->required();
  flag(create, "--events", "NAMES", created->events, "which, with commas between them; * for all")
      ->required();
  flag(create, "--name", "NAME", created->name, "for people");
  add_secret_file(create, created->secret_file);
  const auto [update, updated] =
      add<UpdateWebhook>(group, "webhook-update", "Change what is given of a webhook.",
                         "webhook-update " + example_id + " --events '*'");
  add_id(update, updated->id);
  flag(update, "--url", "URL", updated->url, "where they are POSTed");
  flag(update, "--events", "NAMES", updated->events, "the whole new set");
  flag(update, "--name", "NAME", updated->name, "for people");
  const auto [remove, removed] = add<DeleteWebhook>(group, "webhook-delete", "Delete a webhook.",
                                                    "webhook-delete " + example_id);
  add_id(remove, removed->id);
  const auto [rotate, rotated] = add<RotateWebhookSecret>(
      group, "webhook-rotate", "Make a new signing secret; the old one is dead at once.",
      "webhook-rotate " + example_id + " --secret-file webhook.secret");
  add_id(rotate, rotated->id);
  add_secret_file(rotate, rotated->secret_file);
}

}  // namespace

void add_service_flags(CLI::App* app, CallFlags& call) {
  for (CLI::Option* option :
       {flag(app, "--key", "KEY", call.key, "an API key of the v2 service"),
        flag(app, "--secret", "SECRET", call.secret,
             "its secret; - reads it from stdin, out of sight\nof the process list"),
        flag(app, "--base-url", "URL", call.base_url, "another address of the service")}) {
    option->group("Account");
  }
  add_route_flags(app, call.route);
}

void add_commands(CLI::App& app, const Choose& choose) { Commands(app, choose); }

}  // namespace dropcowboy::tool::v2
