// skrankectl: what an administrator does from the command line. Works on the data directory where it can, asks the running daemon where it must.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <vector>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "daemon/auth/credential_store.hpp"
#include "daemon/auth/secret.hpp"
#include "daemon/config/config.hpp"
#include "daemon/ctl/http_client.hpp"
#include "db/store.hpp"
#include "wire/facility_file.hpp"
#include "wire/zone.hpp"

namespace {

using namespace skranke;

enum Exit : int { done = 0, refused = 1, wrong_usage = 2, unreachable = 3 };

struct Options {
  std::vector<std::string> words;               ///< command and its operands
  std::map<std::string, std::string> values;    ///< --role X → role
  [[nodiscard]] std::string value(const std::string& name, const std::string& absent = {}) const {
    const auto found = values.find(name);
    return found == values.end() ? absent : found->second;
  }
  [[nodiscard]] std::string word(std::size_t index) const { return index < words.size() ? words[index] : std::string{}; }
};

constexpr std::string_view usage_text =
    "usage: skrankectl [--config FILE | --data DIR] [--server URL] [--token TOKEN] [--lang da|en] COMMAND\n"
    "  facility check FILE            is the file fit for use? says what is wrong, with line\n"
    "  facility apply FILE [--from TIME]   puts it in force at the running daemon, at once or then\n"
    "  facility plans | facility cancel PLAN\n"
    "  facility export [--format toml|json]\n"
    "  token create --role ROLE [--name NAME] [--authority IDS] [--service IDS] [--site IDS]\n"
    "                                 of contact_centre: whose times it may decide on, with commas between\n"
    "  token list | token remove ID\n"
    "  user create USER --role ROLE [--name NAME] [--authority IDS] [--service IDS] [--site IDS]\n"
    "                                 the password is read from standard input\n"
    "  user list | user remove USER\n"
    "  journal verify\n"
    "  journal replay [--until TIME]  every event as a JSON line\n"
    "  backup FILE                    while the daemon runs\n"
    "  restore FILE                   while it does not\n"
    "  status\n"
    "exit: 0 done, 1 refused, 2 usage, 3 cannot reach or open\n";

int usage() {
  std::fputs(usage_text.data(), stderr);
  return wrong_usage;
}

int fail(int code, std::string_view why) {
  fmt::print(stderr, "skrankectl: {}\n", why);
  return code;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file || std::filesystem::is_directory(path)) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

core::Instant system_now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// The settings file, when there is one: where the data is and where the daemon listens.
std::optional<config::Config> settings(const Options& options) {
  const std::string path = options.value("config", "/etc/skranke/skranked.toml");
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  auto read = config::read_config(*text, path);
  if (!read) return std::nullopt;
  return *read;
}

std::string data_directory(const Options& options) {
  if (options.values.contains("data")) return options.value("data");
  const auto read = settings(options);
  return read ? read->data_dir : config::Config{}.data_dir;
}

std::string server_of(const Options& options) {
  if (options.values.contains("server")) return options.value("server");
  const auto read = settings(options);
  if (!read || read->listen.empty()) return "http://127.0.0.1:8080";
  const auto& first = read->listen.front();
  const bool any = first.address == "0.0.0.0" || first.address == "::";
  return fmt::format("http://{}:{}", any ? "127.0.0.1" : first.address, first.port);
}

std::string token_of(const Options& options) {
  if (options.values.contains("token")) return options.value("token");
  if (const char* set = std::getenv("SKRANKE_TOKEN")) return set;
  std::string token = read_file(data_directory(options) + "/admin.token").value_or("");
  token.erase(std::find_if(token.begin(), token.end(), [](unsigned char c) { return c <= ' '; }), token.end());
  return token;
}

ctl::Request to_daemon(const Options& options, std::string method, std::string path) {
  ctl::Request request;
  request.server = server_of(options);
  request.token = token_of(options);
  request.method = std::move(method);
  request.path = std::move(path);
  request.language = options.value("lang", "en");
  return request;
}

/// What a problem+json body says, with its findings one a line.
std::string sentence_of(const ctl::Answer& answer) {
  boost::json::error_code error;
  const auto value = boost::json::parse(answer.body, error);
  if (error || !value.is_object()) return fmt::format("status {}", answer.status);
  const auto text = [&](const boost::json::object& from, const char* name) {
    const auto* found = from.if_contains(name);
    return found != nullptr && found->is_string() ? std::string{found->as_string()} : std::string{};
  };
  std::string said = text(value.as_object(), "detail");
  if (const auto* findings = value.as_object().if_contains("findings"); findings != nullptr && findings->is_array())
    for (const auto& finding : findings->as_array())
      if (finding.is_object()) said += fmt::format("\n  {}: {}", text(finding.as_object(), "field"), text(finding.as_object(), "message"));
  return said;
}

/// Asks, prints the body, and turns the status into an exit code.
int ask_and_print(const ctl::Request& request) {
  const auto answer = ctl::ask(request);
  if (!answer) return fail(unreachable, answer.error());
  if (answer->status >= 400) return fail(refused, sentence_of(*answer));
  if (!answer->body.empty()) fmt::print("{}\n", answer->body);
  return done;
}

// --- facility ---

int facility_check(const Options& options) {
  const std::string path = options.word(2);
  const auto text = read_file(path);
  if (!text) return fail(unreachable, path + ": cannot be opened");
  const bool json = path.ends_with(".json");
  const auto reading = json ? wire::read_facility_json(*text, path) : wire::read_facility_toml(*text, path);
  const auto& findings = reading ? reading->warnings : reading.error();
  for (const wire::Finding& finding : findings) fmt::print("{}\n", wire::to_line(finding, options.value("lang", "en")));
  if (!reading) return refused;
  const auto today = core::local_day(reading->facility, std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  for (const wire::Finding& finding : wire::closures_over(reading->facility, path, today))
    fmt::print("{}\n", wire::to_line(finding, options.value("lang", "en")));
  fmt::print("{}: {} services, {} desks, {} boards, fit for use\n", path, reading->facility.services.size(), reading->facility.desks.size(),
             reading->facility.boards.size());
  return done;
}

/// A time's "+" means a space in an address.
std::string in_query(std::string_view text) {
  std::string out;
  for (const char c : text) c == '+' ? out.append("%2B") : out.append(1, c);
  return out;
}

int facility_apply(const Options& options) {
  const std::string path = options.word(2);
  auto text = read_file(path);
  if (!text) return fail(unreachable, path + ": cannot be opened");
  const std::string from = options.value("from");
  ctl::Request request = to_daemon(options, "PUT", from.empty() ? "/api/v1/facility" : "/api/v1/facility?from=" + in_query(from));
  request.content_type = path.ends_with(".json") ? "application/json" : "application/toml";
  request.body = std::move(*text);
  const auto answer = ctl::ask(request);
  if (!answer) return fail(unreachable, answer.error());
  if (answer->status >= 400) return fail(refused, sentence_of(*answer));
  if (from.empty()) fmt::print("{}: in force\n", path);
  else fmt::print("{}: planned for {}; {}\n", path, from, answer->body);
  return done;
}

int facility(const Options& options) {
  const std::string what = options.word(1);
  if (what == "check" && options.words.size() == 3) return facility_check(options);
  if (what == "apply" && options.words.size() == 3) return facility_apply(options);
  if (what == "plans" && options.words.size() == 2) return ask_and_print(to_daemon(options, "GET", "/api/v1/facility/plans"));
  if (what == "cancel" && options.words.size() == 3)
    return ask_and_print(to_daemon(options, "DELETE", "/api/v1/facility/plans/" + in_query(options.word(2))));
  if (what == "export" && options.words.size() == 2)
    return ask_and_print(to_daemon(options, "GET", "/api/v1/facility?format=" + options.value("format", "toml")));
  return usage();
}

// --- tokens and people: on the data directory, the daemon sees the change by itself ---

int with_credentials(const Options& options, const std::function<int(auth::CredentialStore&)>& work) {
  if (!auth::start_cryptography()) return fail(unreachable, "the system gives no randomness");
  auto store = auth::CredentialStore::open(data_directory(options));
  if (!store) return fail(unreachable, store.error());
  return work(*store);
}

int refused_because(auth::Refusal refusal) { return fail(refused, auth::word(refusal)); }

std::vector<std::string> ids_in(std::string_view list) {
  std::vector<std::string> ids;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (comma > 0) ids.emplace_back(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return ids;
}

auth::Rights rights_of(const Options& options) { return {ids_in(options.value("authority")), ids_in(options.value("service")), ids_in(options.value("site"))}; }

int token_create(const Options& options) {
  const auto role = auth::role_from_word(options.value("role"));
  // A citizen's screen belongs to a desk: it is let in by its six digits.
  if (!role || role == auth::Role::citizen_screen) return fail(wrong_usage, "--role must be one of kiosk, board, clerk, host, manager, admin, agent, integration, contact_centre");
  return with_credentials(options, [&](auth::CredentialStore& store) {
    const auto made = store.create_token(*role, options.value("name", options.value("role")), system_now(), rights_of(options));
    if (!made) return refused_because(made.error());
    fmt::print("{}\n", made->token);
    return static_cast<int>(done);
  });
}

int token(const Options& options) {
  const std::string what = options.word(1);
  if (what == "create" && options.words.size() == 2) return token_create(options);
  if (what == "list")
    return with_credentials(options, [](auth::CredentialStore& store) {
      for (const auto& info : store.tokens()) fmt::print("{}\t{}\t{}\n", info.id, auth::word(info.role), info.name);
      return static_cast<int>(done);
    });
  if (what != "remove" || options.words.size() != 3) return usage();
  return with_credentials(options, [&](auth::CredentialStore& store) {
    const auto removed = store.remove_token(std::atoll(options.word(2).c_str()));
    return removed ? static_cast<int>(done) : refused_because(removed.error());
  });
}

int user_create(const Options& options) {
  const auto role = auth::role_from_word(options.value("role"));
  if (!role) return fail(wrong_usage, "--role must be one of clerk, host, manager, admin, contact_centre");
  std::string password;
  std::getline(std::cin, password);
  const auto hash = auth::hash_password(password);
  if (!hash) return fail(refused, fmt::format("a password has {} to {} characters", auth::password_min, auth::password_max));
  return with_credentials(options, [&](auth::CredentialStore& store) {
    const auto made = store.create_person(options.word(2), *role, options.value("name", options.word(2)), *hash, system_now(), rights_of(options));
    return made ? static_cast<int>(done) : refused_because(made.error());
  });
}

int user(const Options& options) {
  const std::string what = options.word(1);
  if (what == "create" && options.words.size() == 3) return user_create(options);
  if (what == "list")
    return with_credentials(options, [](auth::CredentialStore& store) {
      for (const auto& person : store.people()) fmt::print("{}\t{}\t{}\n", person.user, auth::word(person.role), person.name);
      return static_cast<int>(done);
    });
  if (what != "remove" || options.words.size() != 3) return usage();
  return with_credentials(options, [&](auth::CredentialStore& store) {
    const auto removed = store.remove_person(options.word(2));
    return removed ? static_cast<int>(done) : refused_because(removed.error());
  });
}

// --- journal, backup, restore ---

int code_of(const db::Error& error) { return error.code == db::Errc::corrupt || error.code == db::Errc::invalid ? refused : unreachable; }

int journal_verify(const Options& options) {
  const auto verified = db::verify(data_directory(options));
  if (!verified) return fail(code_of(verified.error()), verified.error().context);
  for (const std::string& fault : verified->faults) fmt::print("fault: {}\n", fault);
  fmt::print("{} events, last {}, epoch {}: {}\n", verified->events, verified->last_seq, verified->epoch,
             verified->faults.empty() ? "chain whole, projections equal the journal" : "DAMAGED");
  return verified->faults.empty() ? done : refused;
}

int journal_replay(const Options& options) {
  std::optional<core::Instant> until;
  if (options.values.contains("until")) {
    const auto parsed = wire::parse_rfc3339(options.value("until"));
    if (!parsed) return fail(wrong_usage, "--until: " + parsed.error());
    until = *parsed;
  }
  core::State last;
  const auto count = db::replay(data_directory(options), until, [&](const db::Line& line, const core::State&) {
    fmt::print("{{\"epoch\":{},\"seq\":{},\"at\":{},\"type\":\"{}\",\"actor\":\"{}\",\"event\":{}}}\n", line.epoch, line.seq, core::millis(line.at),
               line.type, line.actor, line.payload);
  });
  if (!count) return fail(code_of(count.error()), count.error().context);
  return done;
}

int journal(const Options& options) {
  if (options.word(1) == "verify" && options.words.size() == 2) return journal_verify(options);
  if (options.word(1) == "replay" && options.words.size() == 2) return journal_replay(options);
  return usage();
}

int backup(const Options& options) {
  if (options.words.size() != 2) return usage();
  const auto made = db::backup(data_directory(options), options.word(1));
  if (!made) return fail(code_of(made.error()), made.error().context);
  fmt::print("{}: written and verified\n", options.word(1));
  return done;
}

int restore(const Options& options) {
  if (options.words.size() != 2) return usage();
  const auto put_back = db::restore(data_directory(options), options.word(1), system_now());
  if (!put_back) return fail(put_back.error().code == db::Errc::locked ? refused : code_of(put_back.error()), put_back.error().context);
  fmt::print("{}: restored; the old database is kept beside it\n", options.word(1));
  return done;
}

int status(const Options& options) {
  const auto health = ctl::ask(to_daemon(options, "GET", "/healthz"));
  if (!health) return fail(unreachable, health.error());
  fmt::print("{}\n", health->body);
  const auto devices = ctl::ask(to_daemon(options, "GET", "/api/v1/devices"));
  if (devices && devices->status == 200) fmt::print("{}\n", devices->body);
  return health->status == 200 ? done : refused;
}

const std::map<std::string, std::function<int(const Options&)>>& commands() {
  static const std::map<std::string, std::function<int(const Options&)>> table{
      {"facility", facility}, {"token", token}, {"user", user}, {"journal", journal}, {"backup", backup}, {"restore", restore}, {"status", status}};
  return table;
}

bool known_option(std::string_view name) {
  constexpr std::array<std::string_view, 13> names{"config", "data", "server", "token", "lang", "format", "role", "name", "until", "from", "authority", "service", "site"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Options> parse(int count, char** values) {
  Options options;
  for (int i = 1; i < count; ++i) {
    std::string word = values[i];
    if (!word.starts_with("--")) {
      options.words.push_back(std::move(word));
      continue;
    }
    std::string name = word.substr(2), value;
    if (const std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < count) {
      value = values[++i];
    } else {
      return std::nullopt;
    }
    if (!known_option(name)) return std::nullopt;
    options.values[name] = value;
  }
  return options;
}

}  // namespace

int main(int count, char** values) {
  umask(S_IRWXG | S_IRWXO);   // a backup knows every ticket's token, as the journal does
  if (count == 2 && (std::string_view{values[1]} == "--help" || std::string_view{values[1]} == "-h")) {
    std::fputs(usage_text.data(), stdout);
    return done;
  }
  if (count == 2 && std::string_view{values[1]} == "--version") {
    std::puts("skrankectl " SKRANKE_VERSION);
    return done;
  }
  const auto options = parse(count, values);
  if (!options || options->words.empty()) return usage();
  const auto command = commands().find(options->words.front());
  return command == commands().end() ? usage() : command->second(*options);
}
