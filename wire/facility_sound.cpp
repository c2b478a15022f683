#include "wire/facility_sound.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/sound.hpp"
#include "wire/clock_words.hpp"
#include "wire/facility_values.hpp"

namespace skranke::wire {

namespace {

constexpr std::size_t spans_max = 24;

void read_arrows(TableReader& table, FacilityDraft& draft, core::Board& board) {
  const Node* node = table.value("arrows");
  if (node == nullptr) return;
  if (node->kind != Node::Kind::table) {
    table.error("arrows", "wrong_type", {"Her skal stå skranker med retninger, f.eks. { skranke-1 = \"left\" }.", "This must be desks with directions, e.g. { desk-1 = \"left\" }."});
    return;
  }
  TableReader directions{*node, table.path("arrows"), table.findings()};
  for (const Node& item : node->items) {
    board.arrows.emplace_back(core::DeskId{item.key}, read_arrow(directions, item.key));
    draft.references.push_back({Thing::desk, item.key, Thing::board, board.id.str(), {&item, directions.path(item.key)}});
  }
}

}  // namespace

std::string_view word(core::Arrow arrow) {
  return arrow == core::Arrow::none ? std::string_view{} : arrow_words.at(static_cast<std::size_t>(arrow) - 1);
}

core::Arrow read_arrow(TableReader& table, std::string_view key) {
  const auto written = table.one_of(key, arrow_words);
  if (!written) return core::Arrow::none;
  return static_cast<core::Arrow>(std::find(arrow_words.begin(), arrow_words.end(), *written) - arrow_words.begin() + 1);
}

void read_board_sound(TableReader& table, FacilityDraft& draft, core::Board& board) {
  board.speaker = table.flag("speaker");
  read_arrows(table, draft, board);
  board.night_after = core::Minutes{table.integer("night_after_minutes", 0, 720).value_or(board.night_after.count())};
}

void read_speaker(TableReader& table, FacilityDraft& draft) {
  core::Speaker speaker;
  speaker.id = table.required_slug("id");
  speaker.name = read_words(table, "name", draft.facility.site);
  speaker.zones = table.slugs("zones");
  speaker.volume = static_cast<int>(table.integer("volume", 0, 100).value_or(speaker.volume));
  const auto same = [&](const auto& other) { return std::string_view{speaker.id} == std::string_view{other}; };
  const bool taken = std::any_of(draft.facility.speakers.begin(), draft.facility.speakers.end(), [&](const core::Speaker& other) { return same(other.id); }) ||
                     std::any_of(draft.facility.boards.begin(), draft.facility.boards.end(), [&](const core::Board& board) { return same(board.id.str()); });
  if (taken)
    table.error("id", "duplicate", {fmt::format("{} er allerede navnet på en tavle eller højttaler.", quoted(speaker.id)),
                                    fmt::format("{} is already the name of a board or loudspeaker.", quoted(speaker.id))});
  table.done();
  draft.facility.speakers.push_back(std::move(speaker));
}

std::optional<core::DaySpan> parse_day_span(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = parse_clock(text.substr(0, dash)), to = parse_clock(text.substr(dash + 1));
  if (!from || !to || *from == *to) return std::nullopt;
  return core::DaySpan{*from, *to};
}

std::string day_span_text(const core::DaySpan& span) { return clock_text(span.from) + "-" + clock_text(span.to); }

void read_sound(TableReader& table, core::SoundRules& rules) {
  rules.speech = table.flag("speech").value_or(rules.speech);
  rules.second_language = table.flag("second_language").value_or(rules.second_language);
  rules.times = static_cast<int>(table.integer("times", 1, 3).value_or(rules.times));
  for (const std::string& written : table.texts("quiet", {.count_max = spans_max})) {
    if (const auto span = parse_day_span(written)) rules.quiet.push_back(*span);
    else
      table.error("quiet", "wrong_time", {fmt::format("{} er ikke et tidsrum; skriv f.eks. \"20:00-07:00\".", quoted(written)),
                                          fmt::format("{} is not a span of time; write e.g. \"20:00-07:00\".", quoted(written))});
  }
  for (TableReader& entry : table.tables("volume", spans_max)) {
    core::VolumeSpan volume;
    const auto from = read_clock(entry, "from"), to = read_clock(entry, "to");
    volume.percent = static_cast<int>(entry.required_integer("percent", 0, 100));
    if (!entry.has("from") || !entry.has("to"))
      entry.error(entry.has("from") ? "to" : "from", "missing", {"Både \"from\" og \"to\" skal stå her.", "Both \"from\" and \"to\" must be here."});
    entry.done();
    if (from && to && *from != *to) rules.volume.push_back({{*from, *to}, volume.percent});
    else if (from && to) entry.error("to", "out_of_range", {"Tidsrummet er tomt.", "The span of time is empty."});
  }
  table.done();
}

void explain_sound(const FacilityDraft& draft, Findings& findings) {
  const core::Facility& facility = draft.facility;
  std::set<std::string_view> told;
  for (std::size_t index = 0; index < facility.desks.size(); ++index) {
    const std::string& zone = facility.desks[index].zone;
    if (!told.insert(zone).second) continue;
    const auto shows = [&](const core::Board& board) { return std::find(board.zones.begin(), board.zones.end(), zone) != board.zones.end(); };
    const auto claims = std::count_if(facility.boards.begin(), facility.boards.end(), [&](const core::Board& board) { return board.speaker == true && shows(board); });
    const Spot& spot = draft.desks[index];
    if (claims > 1)
      findings.warning(spot.node, findings.child(spot.path, "zone"), "two_speakers",
                       {fmt::format("Flere tavler siger \"speaker = true\" for zonen {}; kun den første høres.", quoted(zone)),
                        fmt::format("Several boards say \"speaker = true\" for the zone {}; only the first is heard.", quoted(zone))});
    const core::SoundOutput output = core::output_for(facility, zone);
    const bool shown = std::any_of(facility.boards.begin(), facility.boards.end(), [&](const core::Board& board) { return board.zones.empty() || shows(board); });
    if (shown && output.kind == core::SoundOutput::Kind::none)
      findings.warning(spot.node, findings.child(spot.path, "zone"), "zone_silent",
                       {fmt::format("Zonen {} har ingen højttaler: den, der ikke ser tavlen, hører intet.", quoted(zone)),
                        fmt::format("The zone {} has no loudspeaker: whoever does not see the board hears nothing.", quoted(zone))});
  }
}

}  // namespace skranke::wire
