// Pictures and films for boards: uploaded in pieces, shown by a plan, never over a call.
#include <charconv>
#include <fstream>

#include "daemon/api/api.hpp"
#include "wire/clock_words.hpp"
#include "wire/facility_sound.hpp"

namespace skranke::daemon {

namespace {

using Outcome = MediaLibrary::Outcome;
constexpr std::array<std::string_view, 5> types{"png", "jpeg", "webp", "mp4", "webm"};

/// Where and when it is shown; a text that is empty takes the bound away.
void read_plan(wire::RequestBody& body, MediaItem& item) {
  item.seconds = static_cast<int>(body.integer("seconds", 3, 120).value_or(item.seconds));
  if (body.has("boards")) item.boards = body.slugs("boards", {.count_max = 100});
  for (const auto& [key, day] : {std::pair{"from", &item.from}, std::pair{"until", &item.until}}) {
    const auto written = body.text(key, {.min = 0, .max = 10});
    if (!written) continue;
    *day = wire::parse_date(*written);
    if (!written->empty() && !*day) body.refuse(key, "wrong_date", {"Her skal stå en dato som \"2027-01-01\".", "This must be a date like \"2027-01-01\"."});
  }
  if (const auto hours = body.text("hours", {.min = 0, .max = 11})) {
    item.hours = wire::parse_day_span(*hours);
    if (!hours->empty() && !item.hours) body.refuse("hours", "wrong_time", {"Skriv et tidsrum som \"09:00-15:00\".", "Write a span of time like \"09:00-15:00\"."});
  }
}

}  // namespace

http::Response Api::media_answer(const Call& call, Outcome outcome, std::string_view id, int status) {
  switch (outcome) {
    case Outcome::done: break;
    case Outcome::unknown: return fail(call, 404, "not_found");
    case Outcome::full: return fail(call, 409, "full");
    case Outcome::too_large: return fail(call, 422, "wrong_content", "bytes");
    case Outcome::wrong_place: return fail(call, 409, "wrong_state", "at");
    case Outcome::wrong_content: return fail(call, 422, "wrong_content", "type");
    case Outcome::storage_failed: return fail(call, 503, "storage_failed");
  }
  boards_.clear();
  if (publisher_ != nullptr) publisher_->changed();
  http::Response response;
  response.status = status;
  if (const MediaItem* item = media_.find(id)) {
    wire::JsonWriter w{response.body};
    write_item(w, *item);
  }
  return response;
}

http::Reply Api::get_media(Call&) {
  http::Response response;
  wire::JsonWriter w{response.body};
  w.list();
  for (const MediaItem& item : media_.items()) write_item(w, item);
  w.end_list();
  return now(std::move(response));
}

http::Reply Api::post_media(Call& call) {
  wire::RequestBody body{call.request.body};
  MediaItem item;
  item.name = body.required_text("name", {.max = 80});
  item.type = body.one_of("type", types).value_or("");
  if (!body.has("type")) body.refuse("type", "missing", {"Feltet type mangler.", "The field type is missing."});
  item.bytes = static_cast<std::uint64_t>(body.required_integer("bytes", 1, static_cast<std::int64_t>(MediaLibrary::film_max)));
  read_plan(body, item);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (auto first = repeated(call)) return std::move(*first);
  const Outcome outcome = media_.begin(item);
  auto response = media_answer(call, outcome, item.id, 201);
  keep(call.asked, response);
  return now(std::move(response));
}

http::Reply Api::put_media_data(Call& call) {
  const std::string written = call.request.query_value("at");
  std::uint64_t at = 0;
  if (std::from_chars(written.data(), written.data() + written.size(), at).ec != std::errc{}) return now(fail(call, 422, "wrong_content", "at"));
  return now(media_answer(call, media_.add(call.part(1), at, call.request.body), call.part(1), 200));
}

http::Reply Api::patch_media(Call& call) {
  const MediaItem* known = media_.find(call.part(1));
  wire::RequestBody body{call.request.body};
  MediaItem item = known == nullptr ? MediaItem{} : *known;
  item.name = body.text("name", {.max = 80}).value_or(item.name);
  read_plan(body, item);
  if (const wire::Finding* fault = body.finish()) return now(fail(call, *fault));
  if (known == nullptr) return now(fail(call, 404, "not_found"));
  return now(media_answer(call, media_.change(item), item.id, 200));
}

http::Reply Api::delete_media(Call& call) {
  auto response = media_answer(call, media_.remove(call.part(1)), {}, 204);
  return now(std::move(response));
}

/// Read on a worker; boards that ask at the same time share the bytes.
http::Reply Api::get_media_file(Call& call) {
  const MediaItem* item = media_.find(call.part(1));
  if (item == nullptr || !item->complete) return now(fail(call, 404, "not_found"));
  http::Response response;
  response.content_type = MediaLibrary::content_type(item->type);
  response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  if (auto held = media_held_[item->id].lock()) {
    response.shared = std::move(held);
    return now(std::move(response));
  }
  http::Reply reply;
  reply.offload = [this, id = item->id, path = media_.path_of(*item), response, gone = fail(call, 404, "not_found")]() mutable -> http::Reply {
    std::ifstream in{path, std::ios::binary};
    auto bytes = std::make_shared<const std::string>(std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{});
    if (bytes->empty()) return {gone, 0, {}, {}};
    http::Reply read;
    read.then = [this, id, bytes, response]() mutable {
      media_held_[id] = bytes;
      std::erase_if(media_held_, [](const auto& entry) { return entry.second.expired(); });
      response.shared = bytes;
      return now(std::move(response));
    };
    return read;
  };
  return reply;
}

/// For a board's frame; empty where there is nothing.
std::string Api::media_for(const core::Board& board) const {
  const core::Facility& facility = wiring_.engine.facility();
  const auto local = facility.zone.to_local(wiring_.engine.now());
  const core::Day day = std::chrono::floor<std::chrono::days>(local);
  const auto shown = media_.shown_on(board.id.str(), day, std::chrono::floor<core::Minutes>(local - day));
  std::string out;
  if (shown.empty()) return out;
  wire::JsonWriter w{out};
  w.list();
  for (const MediaItem* item : shown)
    w.object().field("id", item->id).field("url", "/api/v1/media/" + item->id + "/file").field("film", MediaLibrary::is_film(item->type)).field("seconds", item->seconds).field("name", item->name).end_object();
  w.end_list();
  return out;
}

}  // namespace skranke::daemon
