// In place of the outbox's commands, where there is no outbox.
#include "command_flags.hpp"
#include "outbox_command_line.hpp"

namespace dropcowboy::tool {

void add_outbox(CLI::App& app, const Choose& choose) {
  CLI::App* outbox = app.add_subcommand("outbox", "Not in this build: it needs SQLite 3.37.");
  outbox->group("Outbox");
  outbox->footer(std::string("Example:\n  dropcowboy outbox\n\n") + to_whom);
  outbox->allow_extras();
  outbox->callback([choose] {
    choose([]() -> ExitCode {
      throw UsageError(
          "this program was built without the outbox: build it where SQLite 3.37 is installed "
          "(DROPCOWBOY_BUILD_OUTBOX)");
    });
  });
}

void add_keyed_outbox(CLI::App& app, const Choose& choose) { add_outbox(app, choose); }

}  // namespace dropcowboy::tool
