#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <utility>
#include <vector>

namespace dropcowboy::tool {

/// Lays help out in the same way whatever the version of CLI11, and shows of each option its first
/// name only; the others are there for old command lines.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() {
    label("OPTIONS", "flags");
    label("POSITIONALS", "Positionals");
    label("SUBCOMMAND", "COMMAND");
  }
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string help = app->get_description() + '\n' + make_usage(app, std::move(name)) +
                       make_positionals(app) + make_groups(app, mode) +
                       make_subcommands(app, mode) + '\n' + app->get_footer() + '\n';
    for (auto at = help.find("\n\n\n"); at != std::string::npos; at = help.find("\n\n\n", at)) {
      help.erase(at, 1);
    }
    return help;
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    std::string usage = Formatter::make_usage(app, std::move(name));
    usage.erase(0, usage.find_first_not_of('\n'));
    usage.erase(usage.find_last_not_of('\n') + 1);
    return (usage.rfind("Usage: ", 0) == 0 ? "" : "Usage: ") + usage + '\n';
  }
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == "OPTIONS") group = "Options";  // since 2.5
    return Formatter::make_group(std::move(group), is_positional, std::move(options));
  }
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return row(make_option_name(option, is_positional) + make_option_opts(option),
               option->get_description());
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return row(command->get_display_name(), command->get_description());
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

 private:
  /// What `left` means, beside it or, where that is too long, below it.
  static std::string row(const std::string& left, const std::string& meaning) {
    constexpr std::size_t column = 31;
    std::string text = "  " + left;
    if (text.size() >= column) text += '\n';
    text.append(column - (text.back() == '\n' ? 0 : text.size()), ' ');
    for (const char c : meaning) {
      text += c;
      if (c == '\n') text.append(column, ' ');
    }
    return text + '\n';
  }
};

}  // namespace dropcowboy::tool
