#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace dropcowboy::support {

namespace {

const std::string programs = DROPCOWBOY_POSTGRES_PROGRAMS "/";
constexpr const char* ordinary_user = "nobody";

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  const bool is_bound =
      ::bind(listener, any, size) == 0 && ::getsockname(listener, any, &size) == 0;
  ::close(listener);
  if (!is_bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

}  // namespace

/// As root it refuses to run; and it goes when this process goes.
Process PostgresServer::command(const std::string& program,
                                std::vector<std::string> arguments) const {
  std::vector<std::string> all{"--pdeathsig=QUIT"};
  if (::geteuid() == 0) {
    const passwd* const user = ::getpwnam(ordinary_user);
    if (user == nullptr || ::chown(directory_.path().c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("there is no ordinary user to run PostgreSQL as");
    }
    all.push_back("--reuid=" + std::to_string(user->pw_uid));
    all.push_back("--regid=" + std::to_string(user->pw_gid));
    all.emplace_back("--clear-groups");
  }
  all.push_back(programs + program);
  for (std::string& one : arguments) all.push_back(std::move(one));
  return Process("/usr/bin/setpriv", all, {});
}

void PostgresServer::run(const std::string& program, std::vector<std::string> arguments) const {
  Process process = command(program, std::move(arguments));
  const std::string said = process.read_all();
  if (process.wait() != 0) throw std::runtime_error(program + " failed: " + said);
}

PostgresServer::PostgresServer() {
  run("initdb",
      {"-D", data(), "-U", "outbox", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
  start();
}

PostgresServer::PostgresServer(const PostgresServer& primary) {
  run("pg_basebackup",
      {"-d", primary.database(), "-D", data(), "-R", "-X", "stream", "-c", "fast", "--no-sync"});
  start();
}

void PostgresServer::promote() const { run("pg_ctl", {"-D", data(), "-w", "promote"}); }

void PostgresServer::set(const std::string& setting, const std::string& value) const {
  by_hand(database(), "ALTER SYSTEM SET " + setting + " = '" + value + "'");
  by_hand(database(), "SELECT pg_reload_conf()");
}

void PostgresServer::wait_for_standby() const {
  set("synchronous_standby_names", "*");
  wait_until(database(), "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'", "1");
}

void PostgresServer::stop_following() const {
  set("primary_conninfo", "");
  wait_until(database(), "SELECT count(*) FROM pg_stat_wal_receiver", "0");
}

void PostgresServer::start() {
  std::string said;
  for (int left = 5; left > 0; --left) {
    if (port_ == 0) port_ = free_port();
    server_.reset(new Process(command("postgres", {"-D", data(),
                                                   "-p", std::to_string(port_),
                                                   "-c", "listen_addresses=127.0.0.1",
                                                   "-c", "unix_socket_directories=",
                                                   "-c", "max_connections=60",
                                                   "-c", "shared_buffers=32MB",
                                                   "-c", "dynamic_shared_memory_type=mmap",
                                                   "-c", "deadlock_timeout=100ms",
                                                   "-c", "log_min_messages=log",
                                                   "-c", "log_checkpoints=off",
                                                   "-c", "max_wal_size=256MB"})));
    said = server_->read_until("ready to accept");
    if (said.find("ready to accept") != std::string::npos) return read_log();
    port_ = 0;  // somebody has taken it since
  }
  throw std::runtime_error("PostgreSQL does not start: " + said);
}

void PostgresServer::read_log() {
  log_ = std::async(std::launch::async, [this] { return server_->read_all(); });
}

/// Of all its processes: they share the log.
void PostgresServer::await_end() {
  log_.wait();
  server_.reset();
}

void PostgresServer::stop_at_once() {
  server_->signal(SIGQUIT);
  await_end();
}

// The first process is stopped meanwhile, so that it neither starts others nor tells them.
void PostgresServer::kill() {
  server_->signal(SIGSTOP);
  const std::string first = std::to_string(server_->id());
  std::ifstream others("/proc/" + first + "/task/" + first + "/children");
  for (int one = 0; others >> one;) ::kill(one, SIGKILL);
  server_->kill();
  await_end();
  remove_shared_memory();
}

/// What nobody had the time to remove: its number is the last one of a line of its own.
void PostgresServer::remove_shared_memory() const {
  constexpr int its_line = 7;
  std::ifstream file(data() + "/postmaster.pid");
  std::string line;
  for (int i = 0; i < its_line; ++i) std::getline(file, line);
  const auto last = line.find_last_of(' ');
  if (!file || last == std::string::npos) throw std::runtime_error("no postmaster.pid: " + line);
  ::shmctl(std::stoi(line.substr(last)), IPC_RMID, nullptr);
}

PostgresServer::~PostgresServer() {
  if (server_) stop_at_once();
}

std::string PostgresServer::database(const std::string& name) const {
  return "host=127.0.0.1 port=" + std::to_string(port_) + " user=outbox dbname=" + name;
}

PsqlSession::PsqlSession(const std::string& database)
    : connection_(PQconnectdb((database + " options=-csearch_path=dropcowboy").c_str())) {
  PQsetNoticeProcessor(
      connection_, [](void*, const char*) {}, nullptr);
}

PsqlSession::~PsqlSession() { PQfinish(connection_); }

std::string PsqlSession::run_as_new(const std::string& sql) {
  const auto is_there = [this] {
    PQclear(PQexec(connection_, "ROLLBACK; RESET ALL"));
    return PQstatus(connection_) == CONNECTION_OK;
  };
  if (!is_there()) PQreset(connection_);
  return run(sql);
}

std::string PsqlSession::run(const std::string& sql) {
  PGresult* const result = PQexec(connection_, sql.c_str());
  std::string said = PQresultErrorMessage(result);
  if (PQntuples(result) > 0) said = PQgetvalue(result, 0, 0);
  PQclear(result);
  if (PQtransactionStatus(connection_) == PQTRANS_INERROR) {
    PQclear(PQexec(connection_, "ROLLBACK"));
  }
  return said;
}

void wait_until(const std::string& database, const std::string& sql, const std::string& answer) {
  PsqlSession session(database);
  while (session.run(sql) != answer) std::this_thread::yield();
}

}  // namespace dropcowboy::support
