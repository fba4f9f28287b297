#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <utility>

namespace dropcowboy::tool {

/// Shows of each option its first name only; the others are there for old command lines.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(31);
    label("OPTIONS", "flags");
    label("SUBCOMMAND", "COMMAND");
    label("Subcommands", "Commands");
  }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string help = Formatter::make_help(app, std::move(name), mode);
    for (auto at = help.find("\n\n\n"); at != std::string::npos; at = help.find("\n\n\n", at)) {
      help.erase(at, 1);
    }
    return help;
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const auto& names = option->get_lnames();
    if (is_positional || names.empty()) return Formatter::make_option_name(option, is_positional);
    const auto& short_names = option->get_snames();
    return (short_names.empty() ? "" : '-' + short_names[0] + ", ") + "--" + names[0];
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return Formatter::make_option_opts(option) + (option->get_required() ? " (required)" : "");
  }
};

}  // namespace dropcowboy::tool
