#include "command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <algorithm>
#include <dropcowboy/version.hpp>
#include <iostream>
#include <memory>
#include <type_traits>

#include "command_flags.hpp"
#include "commands.hpp"
#include "help_formatter.hpp"
#include "outbox_command_line.hpp"
#include "v2_command_line.hpp"

namespace dropcowboy::tool {

namespace {

constexpr const char* v2_footer =
    "Example:\n"
    "  dropcowboy simulate              # plays both services; prints a key pair\n"
    "  dropcowboy --api v2 doctor       # does the key hold?\n\n"
    "The account: --key and --secret, else DROPCOWBOY_KEY and DROPCOWBOY_KEY_SECRET, else DC_KEY\n"
    "and DC_SECRET. Results are JSON on stdout, messages are on stderr.\n\n"
    "A message is repeated under its key until it is queued, so that none is left twice. Queued\n"
    "proves nothing else: 'doctor' asks whether the key holds, the callback says what came of "
    "it.\n\n"
    "Exit codes: as without --api; 5, unknown: 'send-saved' may send what --save has stored.\n\n";

enum class Api { v1, v2 };

/// Builds the commands and remembers which one was asked for.
class CommandLine {
 public:
  explicit CommandLine(Api api);

  Action parse(std::vector<std::string> arguments);

 private:
  template <class Command>
  auto add(const std::string& group, const std::string& name, const std::string& description,
           const std::string& example) {
    return add_command<Command>(app_, choose_, group, name, description, example);
  }
  template <class Command>
  void add_listing(const std::string& name, const std::string& description);
  void add_sending();
  void add_contact_lists();
  void add_account();
  void add_trying();

  const std::string name_;  // of the program, as the help calls it
  CLI::App app_;
  Action chosen_;
  const Choose choose_ = [this](Action action) { chosen_ = std::move(action); };
};

CommandLine::CommandLine(Api api)
    : name_(api == Api::v2 ? "dropcowboy --api v2" : "dropcowboy"),
      app_(api == Api::v2
               ? "Sends ringless voicemails and text messages through Drop Cowboy's v2 API."
               : "Sends ringless voicemails and text messages through the Drop Cowboy v1 API.",
           name_) {
  app_.formatter(std::make_shared<HelpFormatter>());
  app_.set_help_flag("-h,--help", "print this help");
  app_.set_version_flag("-V,--version", "dropcowboy " DROPCOWBOY_VERSION, "print the version");
  app_.require_subcommand(1);
  if (api == Api::v2) {
    app_.footer(v2_footer + std::string(to_whom));
    v2::add_commands(app_, choose_);
    add_keyed_outbox(app_, choose_);
    return;
  }
  app_.footer(
      "Example:\n"
      "  dropcowboy simulate            # plays the service, without an account\n"
      "  dropcowboy send-rvm --help     # what a voicemail needs\n\n"
      "The account: --team-id and --secret, else DROPCOWBOY_TEAM_ID and DROPCOWBOY_SECRET, else\n"
      "what 'dropcowboy config' saved. Results are JSON on stdout, messages are on stderr.\n"
      "The v2 API has commands of its own: dropcowboy --api v2 --help\n\n"
      "Accepted does not mean authorized: a message with a stale secret is accepted, too, and "
      "fails\n"
      "in its callback; 'dropcowboy doctor' asks whether the credentials hold. That no callback\n"
      "comes proves nothing.\n\n"
      "Exit codes: 0 accepted, 1 usage or configuration, 2 invalid request (nothing sent),\n"
      "3 not sent (safe to send again), 4 rejected, 5 unknown (do not send again).\n\n" +
      std::string(to_whom));
  add_sending();
  add_contact_lists();
  add_account();
  add_outbox(app_, choose_);
  add_trying();
}

void CommandLine::add_sending() {
  const auto [send_rvm, rvm] = add<SendRvm>(
      "Send", "send-rvm", "Send a ringless voicemail.",
      "dropcowboy send-rvm --brand-id 5cbd3b5a-8f4e-4d6c-9d59-0f4e2f1b7a10 \\\n"
      "    --phone-number +15550010001 --recording-id 0b7f3c84-6d0e-4b8e-a7a3-3c0c4a3f9d21 \\\n"
      "    --forwarding-number +15557654321");
  flag(send_rvm, "--json", "FILE", rvm->json,
       "take the request from a file, - for stdin;\nflags override what it says");
  add_request_flags(send_rvm, rvm_flags(), rvm->values);
  add_call_flags(send_rvm, rvm->call);

  const auto [send_sms, sms] = add<SendSms>(
      "Send", "send-sms", "Send a text message.",
      "dropcowboy send-sms --phone-number +15550020001 --caller-id +15557654321 \\\n"
      "    --pool-id 6f1c9f6e-3a53-4c26-9d0e-7f4a5a3b2c11 --sms-body 'Your order is ready.' \\\n"
      "    --opt-in true");
  flag(send_sms, "--json", "FILE", sms->json,
       "take the request from a file, - for stdin;\nflags override what it says");
  add_request_flags(send_sms, sms_flags(), sms->values);
  add_call_flags(send_sms, sms->call);

  const auto [validate, request] =
      add<Validate>("Send", "validate", "Say all that is wrong with a request; send nothing.",
                    "dropcowboy validate request.json");
  validate->add_option("FILE", request->file, "a JSON request; default: stdin")->option_text(" ");
  validate->add_flag("--sms", request->sms, "it is a text message, not a voicemail");
}

void CommandLine::add_contact_lists() {
  const auto add_id = [](CLI::App* app, std::string& target) {
    flag(app, "--id,--list-id", "ID", target, "the list's id")->required();
  };
  const std::string group = "Contact lists";
  const std::string example_id = "--id 5f0f1e5c-5a0e-4c0b-8b0a-2d5f7f6f2a10";
  const auto [create, created] =
      add<ContactListCreate>(group, "contact-list-create", "Create a contact list.",
                             "dropcowboy contact-list-create --name Leads");
  flag(create, "--name", "NAME", created->name, "its name")->required();
  add_call_flags(create, created->call);

  const auto [get, got] =
      add<ContactListGet>(group, "contact-list-get", "Show a contact list: its name and size.",
                          "dropcowboy contact-list-get " + example_id);
  add_id(get, got->list_id);
  add_call_flags(get, got->call);

  const auto [rename, renamed] =
      add<ContactListRename>(group, "contact-list-rename", "Rename a contact list.",
                             "dropcowboy contact-list-rename " + example_id + " --name Customers");
  add_id(rename, renamed->list_id);
  flag(rename, "--name", "NAME", renamed->name, "its new name")->required();
  add_call_flags(rename, renamed->call);

  const auto [remove, removed] =
      add<ContactListDelete>(group, "contact-list-delete", "Delete a contact list.",
                             "dropcowboy contact-list-delete " + example_id);
  add_id(remove, removed->list_id);
  add_call_flags(remove, removed->call);

  const auto [append, appended] = add<ContactListAppend>(
      group, "contact-list-append", "Append contacts to a list, however many.",
      "dropcowboy contact-list-append " + example_id +
          " --csv contacts.csv\n"
          "  dropcowboy contact-list-append " +
          example_id +
          " \\\n    --fields phone,first_name --values '[[\"+15552223333\",\"Jane\"]]'");
  add_id(append, appended->list_id);
  ContactSource& source = appended->source;
  flag(append, "--csv", "FILE", source.csv,
       "a CSV file, - for stdin; its first line names\nthe columns, unless --fields does");
  flag(append, "--separator", "NAME", source.separator,
       "what is between its columns: comma, semicolon,\ntab or pipe; default: comma");
  flag(append, "--fields", "NAMES", source.fields,
       "the columns: phone,first_name,... out of\nrecord_id, first_name, last_name, company, email,"
       "\nphone, address1, address2, city, state, postal,\ncountry, custom1 to custom5");
  flag(append, "--values", "JSON", source.values, "the contacts as an array of arrays");
  flag(append, "--json,--file", "FILE", source.json,
       "all of it from a JSON file, - for stdin:\n{\"fields\", \"values\", \"region\"}");
  flag(append, "--region", "COUNTRY", source.region,
       "leave numbers that are not in E.164 form to\nthe service, by this country's rules: US");
  append->add_option("--skip-rows", source.skip_rows, "leave out the first contacts, to go on")
      ->option_text("COUNT");
  add_call_flags(append, appended->call);
}

template <class Command>
void CommandLine::add_listing(const std::string& name, const std::string& description) {
  const auto [app, command] = add<Command>("Account", name, description, "dropcowboy " + name);
  add_call_flags(app, command->call);
  if constexpr (std::is_same_v<Command, Recordings>) {
    flag(app, "--api-allowed", "true|false", command->api_allowed,
         "only those that may be used through this API,\nor only those that may not");
  }
}

void CommandLine::add_account() {
  const auto [config, saved] =
      add<Config>("Account", "config", "Save the account in ~/.dropcowboyrc, readable by you only.",
                  "dropcowboy config --team-id my-team --secret -");
  add_account_flags(config, saved->account, true);
  const auto [doctor, checked] = add<Doctor>(
      "Account", "doctor", "Check the account, the way to the service, and this machine.",
      "dropcowboy doctor --callback-url https://hooks.acme.test/dropcowboy");
  flag(doctor, "--callback-url", "URL", checked->callback_url, "look at this one, too");
  add_call_flags(doctor, checked->call);
  add_listing<Brands>("brands", "List the account's brands.");
  add_listing<Recordings>("recordings", "List the recordings: what --recording-id takes.");
  add_listing<ListMedia>("media", "List the recordings and other audio files.");
  add_listing<Pools>("pools", "List the number pools: what --pool-id takes.");
}

void CommandLine::add_trying() {
  const auto [simulate, simulated] =
      add<Simulate>("Try and test", "simulate", "Play the service on this machine; reaches nobody.",
                    "dropcowboy simulate --port 8400");
  const auto add_port = [](CLI::App* app, int& port, const char* name = "--port",
                           const char* use = "the loopback port; default: any free one") {
    app->add_option(name, port, use)->option_text("PORT")->check(CLI::Range(0, 65535));
  };
  add_port(simulate, simulated->port);
  simulate->add_flag("--any-credentials", simulated->any_credentials,
                     "take every team id, secret, brand and recording");
  simulate->add_flag(
      "--strict", simulated->strict,
      "refuse at once what is wrong: stricter than the\nservice, which says \"queued\" "
      "and fails later");
  simulate
      ->add_option("--callback-delay", simulated->callback_delay_ms,
                   "from a message to its callback; default 0")
      ->option_text("MS")
      ->check(CLI::Range(0, 3'600'000));
  simulate
      ->add_option("--lose-callbacks", simulated->lose_every_callback,
                   "lose every Nth callback; default: none")
      ->option_text("EVERY")
      ->check(CLI::Range(1, 1'000'000));

  const auto [listen, listening] =
      add<Listen>("Try and test", "listen", "Receive callbacks and explain them as they come.",
                  "dropcowboy listen --port 8401");
  add_port(listen, listening->port);
  add_port(listen, listening->page_port, "--page-port",
           "that of the page which shows them; default: any");
  flag(listen, "--webhook-secret", "SECRET", listening->webhook_secret,
       "check the signatures of the v2 service's\nwebhooks; - reads it from stdin");

  const auto [decode, callback] =
      add<Decode>("Try and test", "decode", "Explain the body of a callback.",
                  R"(echo '{"status":"failure","reason":"No Answer"}' | dropcowboy decode)");
  decode->add_option("FILE", callback->file, "the body; default: stdin")->option_text(" ");
}

/// Works around two habits: "--flag=" gives an empty value (CLI11 would take the next argument
/// for it), and "help COMMAND" is "COMMAND --help", also of the outbox's commands.
std::vector<std::string> normalised(const std::vector<std::string>& arguments) {
  std::vector<std::string> result;
  for (const std::string& argument : arguments) {
    const bool is_emptied = argument.size() > 3 && argument.compare(0, 2, "--") == 0 &&
                            argument.find('=') == argument.size() - 1;
    result.push_back(is_emptied ? argument.substr(0, argument.size() - 1) : argument);
    if (is_emptied) result.emplace_back();
  }
  if (!result.empty() && result[0] == "help") {
    result.erase(result.begin());
    const bool has_commands = !result.empty() && result[0] == "outbox";
    result.resize(std::min<std::size_t>(result.size(), has_commands ? 2 : 1));
    result.emplace_back("--help");
  }
  return result;
}

/// Names flags only: what else was not expected may be a secret.
std::string unexpected(const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) {
    if (argument.size() > 1 && argument[0] == '-') {
      return "there is no flag " + argument.substr(0, argument.find('='));
    }
  }
  return "an argument too many; a value with spaces needs quotes";
}

/// "--api v2" before the command; among an outbox's flags it may stand anywhere.
Api take_api(std::vector<std::string>& arguments) {
  constexpr std::string_view flag = "--api";
  auto at = arguments.begin();
  if (at != arguments.end() && *at == "outbox") {
    at = std::find_if(at, arguments.end(), [flag](const std::string& argument) {
      return argument == flag || argument.rfind("--api=", 0) == 0;
    });
  }
  if (at == arguments.end() || at->compare(0, flag.size(), flag) != 0) return Api::v1;
  std::string value = at->substr(flag.size());
  const bool is_apart = value.empty() && at + 1 != arguments.end();
  value = is_apart ? *(at + 1) : value.substr(value.empty() ? 0 : 1);
  if (value != "v1" && value != "v2") throw UsageError("--api is v1 or v2, before the command");
  arguments.erase(at, at + (is_apart ? 2 : 1));
  return value == "v2" ? Api::v2 : Api::v1;
}

Action CommandLine::parse(std::vector<std::string> arguments) {
  arguments = normalised(arguments);
  if (arguments.empty()) {
    std::cerr << app_.help();
    return [] { return ExitCode::usage; };
  }
  const auto known = app_.get_subcommands(
      [&](const CLI::App* command) { return command->get_name() == arguments[0]; });
  const std::string help =
      "; see '" + name_ + ' ' + (known.empty() ? "" : arguments[0] + ' ') + "--help'";
  if (known.empty() && arguments[0][0] != '-') {
    throw UsageError("there is no command '" + arguments[0] + '\'' + help);
  }
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app_.parse(std::move(arguments));
  } catch (const CLI::Success& help_or_version) {
    app_.exit(help_or_version);
    return [] { return ExitCode::accepted; };
  } catch (const CLI::ExtrasError&) {
    throw UsageError(unexpected(app_.remaining(true)) + help);
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    throw UsageError(text.substr(0, text.find(':')) + " needs a value" + help);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what() + help);
  }
  return chosen_;
}

}  // namespace

Action parse_command_line(std::vector<std::string> arguments) {
  const Api api = take_api(arguments);
  return CommandLine(api).parse(std::move(arguments));
}

}  // namespace dropcowboy::tool
