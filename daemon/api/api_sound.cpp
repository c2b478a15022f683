// What is heard in the house: loudspeakers, the voice and its clips.
#include <algorithm>

#include "daemon/api/api.hpp"
#include "wire/facility_file.hpp"

namespace skranke::daemon {

std::string Api::board_frame(const core::Board& board, std::string_view language) const {
  std::string out;
  const std::string sound = wiring_.voice == nullptr ? std::string{} : wiring_.voice->for_board(board);
  board_view(view(language), board, wiring_.engine.last_seq(), out, sound, media_for(board));
  return out;
}

http::Reply Api::get_sound(Call& call) {
  std::string out;
  wiring_.voice->view(call.language, out);
  return shown(std::move(out));
}

http::Reply Api::apply_changed(Call& call, const std::shared_ptr<const core::Facility>& facility, std::string body, int status) {
  if (auto closed = closed_intake(call)) return std::move(*closed);
  const std::string toml = wire::write_facility_toml(*facility);
  // What is written must be readable at the next start.
  if (const auto again = wire::read_facility_toml(toml, "request"); !again) return wrong_facility(call, again.error());
  const auto seq = wiring_.engine.apply(facility, toml, call.asked);
  if (!seq) return refused(call, seq.error());
  follow_facility(*facility);
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return {std::move(response), *seq, {}, {}};
}

/// The few settings that somebody turns while listening; everything else of the sound is in the facility file.
http::Reply Api::patch_sound(Call& call) {
  auto facility = std::make_shared<core::Facility>(wiring_.engine.facility());
  core::SoundRules& rules = facility->sound;
  wire::RequestBody body{call.request.body};
  rules.speech = body.flag("speech").value_or(rules.speech);
  rules.second_language = body.flag("second_language").value_or(rules.second_language);
  rules.times = static_cast<int>(body.integer("times", 1, 3).value_or(rules.times));
  std::string unknown;
  for (wire::TableReader& output : body.tables("outputs", 200)) {
    const std::string id = output.required_slug("id");
    const auto volume = static_cast<int>(output.required_integer("volume", 0, 100));
    const std::string path = output.path("id");
    output.done();
    const auto board = std::find_if(facility->boards.begin(), facility->boards.end(), [&](const core::Board& each) { return each.id.str() == id; });
    const auto speaker = std::find_if(facility->speakers.begin(), facility->speakers.end(), [&](const core::Speaker& each) { return each.id == id; });
    if (board != facility->boards.end()) board->chime_volume = volume;
    else if (speaker != facility->speakers.end()) speaker->volume = volume;
    else if (unknown.empty()) unknown = path;
  }
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (!unknown.empty()) return now(fail(call, 422, "wrong_content", unknown));
  if (auto first = repeated(call)) return std::move(*first);
  auto reply = apply_changed(call, facility, {});
  if (reply.response.status == 200) wiring_.voice->view(call.language, reply.response.body);
  return reply;
}

http::Reply Api::post_sound_test(Call& call) {
  wire::RequestBody body{call.request.body};
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (!wiring_.voice->test(call.part(1))) return now(fail(call, 404, "not_found"));
  boards_.clear();   // nothing of the room has changed, and yet a board has something to do
  if (publisher_ != nullptr) publisher_->changed();
  http::Response response;
  response.status = 202;
  wiring_.voice->view(call.language, response.body);
  return now(std::move(response));
}

/// Named by the hash of what it is, so it never changes; it says a number or a desk, never who.
http::Reply Api::get_voice_clip(Call& call) {
  const auto bytes = wiring_.voice->clips().bytes(call.part(2));
  if (bytes == nullptr) return now(fail(call, 404, "not_found"));
  http::Response response;
  response.content_type = "audio/wav";
  response.shared = bytes;
  response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  return now(std::move(response));
}

/// What a kiosk shows, for who cannot see it. It may hold a number, so it is kept in memory only.
http::Reply Api::post_sentence(Call& call) {
  wire::RequestBody body{call.request.body};
  const std::string text = body.required_text("text", {.max = Reader::text_max});
  const std::string language = body.required_text("language", {.min = 2, .max = 8});
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  const auto name = wiring_.reader->ask({language, text});
  if (!name) return now(fail(call, 503, "busy"));
  http::Response response;
  response.status = 202;
  wire::JsonWriter w{response.body};
  w.object().field("url", "/api/v1/voice/sentences/" + *name).end_object();
  return now(std::move(response));
}

http::Reply Api::get_sentence(Call& call) {
  const std::string name{call.part(2)};
  const auto bytes = wiring_.reader->bytes(name);
  if (bytes == nullptr) {
    const Reader::State state = wiring_.reader->state(name);
    return now(fail(call, 404, state == Reader::State::no_voice ? "no_voice" : state == Reader::State::coming ? "not_ready" : "not_found"));
  }
  http::Response response;
  response.content_type = "audio/wav";
  response.shared = bytes;
  response.headers.emplace_back("Cache-Control", "no-store");
  return now(std::move(response));
}

}  // namespace skranke::daemon
