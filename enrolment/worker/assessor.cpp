#include "enrolment/worker/assessor.hpp"

#include <algorithm>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace skranke::enrolment {
namespace {

constexpr std::size_t name_max = 40;

bool plain_name(std::string_view name) {
  return !name.empty() && name.size() <= name_max && std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

Result<Assessment> assessment_in(const boost::json::object& head) {
  const boost::json::value* value = head.if_contains("value");
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0 || value->get_int64() > 100) return wrong("value", "not a whole number from 0 to 100");
  Assessment told{static_cast<int>(value->get_int64()), text_in(head, "name"), text_in(head, "version")};
  if (!plain_name(told.name) || told.name.starts_with("own")) return wrong("name", "not 1 to 40 plain letters of its own");
  if (!plain_name(told.version)) return wrong("version", "not 1 to 40 plain letters");
  return told;
}

Result<boost::json::object> Assessors::ask(Modality modality, const Frame& picture) {
  const auto program = programs_.find(modality);
  if (program == programs_.end() || program->second.empty()) return wrong("none", "no program judges that");
  Running& running = running_[modality];
  if (running.failures >= assess_failures_max) return wrong("quality", "it failed twice and is left alone");
  if (picture.body.size() > assess_pixels_max) return wrong("quality", "too large a picture for it");
  if (running.program.pid < 0) {
    auto begun = launch(program->second, {}, Trust::foreign);
    if (!begun) return ++running.failures, tl::unexpected<Error>{begun.error()};
    running.program = *begun;
  }
  boost::json::object wish = picture.head;
  wish["kind"] = name_of(modality);
  wish.erase("modality");
  auto answer = send_frame(running.program.fd, wish, picture.body).and_then([&] { return receive_frame(running.program.fd, assess_patience, 0); });
  const auto told = answer ? assessment_in(answer->head) : Result<Assessment>{tl::unexpected<Error>{answer.error()}};
  if (told) return boost::json::object{{"value", told->value}, {"name", told->name}, {"version", told->version}};
  stop(running);
  ++running.failures;
  return wrong("quality", answer ? "answers nonsense: " + told.error().text() : answer.error().where == "time" ? "does not answer" : answer.error().where == "end" ? "ended" : "answers nonsense");
}

void Assessors::stop(Running& running) {
  if (running.program.pid > 0) {
    ::kill(running.program.pid, SIGKILL);
    ::waitpid(running.program.pid, nullptr, 0);
  }
  if (running.program.fd >= 0) ::close(running.program.fd);
  running.program = {};
}

Assessors::~Assessors() {
  for (auto& [modality, running] : running_) stop(running);
}

}  // namespace skranke::enrolment
