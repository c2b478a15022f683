// How many desks when: what managers ask of the planner, and how its answer is told.
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "daemon/api/api.hpp"
#include "daemon/api/report_query.hpp"
#include "daemon/staff_planner.hpp"
#include "wire/clock_words.hpp"
#include "wire/json.hpp"

namespace skranke::daemon {
namespace {

constexpr int minutes_max = 480, usual_share = 90;

/// One wish as the API has it: `walk_in_minutes=20&walk_in_share=90`.
struct Wish {
  std::string_view kind;
  int minutes = 0, share = usual_share;    ///< no minutes: none
};

std::optional<int> whole_number(const std::string& text) {
  int value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Else the field at fault. Who names no minutes at all is answered for the facility's own targets.
tl::expected<std::array<Wish, 2>, std::string> wishes_in(const http::Request& request, const core::Facility& facility) {
  std::array<Wish, 2> wishes{{{"walk_in"}, {"booked"}}};
  for (Wish& wish : wishes) {
    const std::string minutes_key = fmt::format("{}_minutes", wish.kind), share_key = fmt::format("{}_share", wish.kind);
    if (const std::string text = request.query_value(minutes_key); !text.empty()) {
      const auto minutes = whole_number(text);
      if (!minutes || *minutes < 1 || *minutes > minutes_max) return tl::unexpected{minutes_key};
      wish.minutes = *minutes;
    }
    if (const std::string text = request.query_value(share_key); !text.empty()) {
      const auto share = whole_number(text);
      if (share != 50 && share != 90 && share != 95) return tl::unexpected{share_key};
      wish.share = *share;
    }
  }
  if (wishes[0].minutes == 0 && wishes[1].minutes == 0) {
    wishes[0].minutes = static_cast<int>(facility.rules.walk_in_target.count());
    wishes[1].minutes = static_cast<int>(facility.rules.booked_target.count());
  }
  return wishes;
}

std::string as_target(const std::array<Wish, 2>& wishes) {
  std::string target;
  for (const Wish& wish : wishes)
    if (wish.minutes > 0) target += fmt::format("{}{} p{} {}", target.empty() ? "" : ", ", wish.kind, wish.share, wish.minutes);
  return target;
}

double rounded(double value) { return std::round(value * 1000) / 1000; }
std::string clock_of(double minute) { return wire::clock_text(core::Minutes{static_cast<int>(minute) % (24 * 60)}); }

/// What a day would be like with so many desks.
struct Variant {
  std::string_view name;
  const sim::Figures& figures;
  const std::vector<double>& within;

  [[nodiscard]] std::optional<double> within_of(const sim::PlanTarget& target, bool booked) const {
    for (std::size_t i = 0; i < target.wishes.size() && i < within.size(); ++i)
      if (target.wishes[i].booked == booked) return rounded(within[i]);
    return std::nullopt;
  }
};

std::array<Variant, 3> variants_of(const sim::StaffPlan& plan) {
  return {{{"planned", plan.figures, plan.within}, {"one_less", plan.one_less, plan.within_less}, {"one_more", plan.one_more, plan.within_more}}};
}

void put_variant(wire::JsonWriter& w, const Variant& variant, const sim::PlanTarget& target) {
  const sim::Figures& figures = variant.figures;
  w.key(variant.name).object().field("walk_in_wait_p50_min", rounded(figures.walk_in_p50)).field("walk_in_wait_p90_min", rounded(figures.walk_in_p90));
  w.field_if("walk_in_within", variant.within_of(target, false)).field("lost", rounded(figures.lost));
  w.field("booked_late_p50_min", rounded(figures.booked_late_p50)).field("booked_late_p90_min", rounded(figures.booked_late_p90));
  w.field_if("booked_within", variant.within_of(target, true)).field("use", rounded(figures.use)).field("overtime_min", rounded(figures.overtime)).end_object();
}

void put_target(wire::JsonWriter& w, const sim::PlanTarget& target) {
  w.key("target").object();
  for (const sim::PlanTarget::Wish& wish : target.wishes)
    w.field(wish.booked ? "booked_minutes" : "walk_in_minutes", wish.minutes).field(wish.booked ? "booked_share" : "walk_in_share", std::lround(wish.share * 100));
  w.end_object();
}

std::string as_json(const StaffPlanner::Planned& planned, const StaffPlanner::Question& asked, const std::string& language) {
  const sim::StaffPlan& plan = planned.plan;
  std::string out;
  wire::JsonWriter w{out};
  w.object().field("from", core::to_string(asked.from)).field("to", core::to_string(asked.to)).key("weekdays").list();
  for (const std::string& day : wire::weekday_words(asked.weekdays)) w.value(day);
  w.end_list().field("days", planned.days).field("days_played", StaffPlanner::days_played).field("policy", asked.facility->rules.policy);
  put_target(w, planned.target);
  w.field("met", plan.met).field("cut_short", plan.cut_short).field("desks_there", plan.order.size()).key("half_hours").list();
  for (std::size_t part = 0; part < plan.desks.size(); ++part)
    w.object().field("from", clock_of(planned.opens_at_min + static_cast<double>(part) * sim::plan_part_min)).field("desks", plan.desks[part])
        .field("work", rounded(plan.work[part])).end_object();
  w.end_list().key("order").list();
  for (const std::string& id : plan.order) {
    const core::Desk* desk = asked.facility->find(core::DeskId{id});
    w.object().field("desk", id).field("name", desk == nullptr ? id : desk->name.get(language)).end_object();
  }
  w.end_list();
  for (const Variant& variant : variants_of(plan)) put_variant(w, variant, planned.target);
  w.end_object();
  return out;
}

std::string as_csv(const StaffPlanner::Planned& planned) {
  std::string out = "row,from,desks,work,walk_in_wait_p50_min,walk_in_wait_p90_min,walk_in_within,lost,booked_late_p50_min,booked_late_p90_min,booked_within,use,overtime_min\r\n";
  const auto into = std::back_inserter(out);
  for (std::size_t part = 0; part < planned.plan.desks.size(); ++part)
    fmt::format_to(into, "half_hour,{},{},{},,,,,,,,,\r\n", clock_of(planned.opens_at_min + static_cast<double>(part) * sim::plan_part_min), planned.plan.desks[part],
                   rounded(planned.plan.work[part]));
  const auto cell = [](const std::optional<double>& value) { return value ? fmt::format("{}", *value) : std::string{}; };
  for (const Variant& variant : variants_of(planned.plan)) {
    const sim::Figures& f = variant.figures;
    fmt::format_to(into, "{},,,,{},{},{},{},{},{},{},{},{}\r\n", variant.name, rounded(f.walk_in_p50), rounded(f.walk_in_p90), cell(variant.within_of(planned.target, false)),
                   rounded(f.lost), rounded(f.booked_late_p50), rounded(f.booked_late_p90), cell(variant.within_of(planned.target, true)), rounded(f.use), rounded(f.overtime));
  }
  return out;
}

/// Of days that are over: until yesterday, unless asked otherwise. Else the field at fault.
tl::expected<StaffPlanner::Question, std::string_view> past_of(const http::Request& request, const ReportQuery& query) {
  StaffPlanner::Question question;
  question.to = request.query_value("to").empty() ? query.today - std::chrono::days{1} : query.to;
  question.from = request.query_value("from").empty() ? question.to - std::chrono::days{StaffPlanner::history_days_usual - 1} : query.from;
  if (question.to >= query.today) return tl::unexpected{std::string_view{"to"}};
  if (question.from > question.to || question.to - question.from >= std::chrono::days{StaffPlanner::history_days_max} || question.from < ReportBook::oldest(query.today))
    return tl::unexpected{std::string_view{"from"}};
  if (const std::string text = request.query_value("weekdays"); !text.empty()) {
    const auto weekdays = wire::parse_weekdays(text);
    if (!weekdays) return tl::unexpected{std::string_view{"weekdays"}};
    question.weekdays = *weekdays;
  }
  return question;
}

/// On the planner's thread.
std::vector<sim::LoggedVisit> past_visits(ReportBook& book, const StaffPlanner::Question& question) {
  std::vector<sim::LoggedVisit> log;
  book.each(question.from, question.to, [&](const core::VisitFigure& figure) {
    if ((question.weekdays >> core::weekday_index(figure.day) & 1) == 0 || log.size() > StaffPlanner::visits_max) return;
    log_visit(figure, question.facility->zone, log);
  });
  return log;
}

}  // namespace

/// Folded from the journal and played beside everything else: meanwhile 503 `busy` with Retry-After. The answer is kept until the day or the facility changes.
http::Reply Api::get_plan_report(Call& call) {
  const std::shared_ptr<const core::Facility> facility = wiring_.engine.facility_ptr();
  const auto query = report_query(call.request, *facility, wiring_.engine.now(), std::chrono::days{36'500}, std::chrono::days::max());   // how far back: below
  if (!query) return now(fail(call, 422, "wrong_content", query.error()));
  auto question = past_of(call.request, *query);
  if (!question) return now(fail(call, 422, "wrong_content", question.error()));
  const auto wishes = wishes_in(call.request, *facility);
  if (!wishes) return now(fail(call, 422, "wrong_content", wishes.error()));
  question->target = as_target(*wishes);
  question->facility = facility;
  http::Response busy = fail(call, 503, "busy");
  busy.headers.emplace_back("Retry-After", "1");
  const auto too_little = [this, language = call.language](std::size_t days) {
    const http::Request nobody;
    const Call again{nobody, {}, {}, {}, language, {}};
    return fail(again, 409, "too_little_history", {}, wiring_.catalogue.format(language, "problem.too_little_history", {{"days", days}, {"needed", sim::plan_days_needed}}));
  };
  http::Reply reply;
  reply.offload = [book = reports_, planner = planner_, asked = *question, csv = query->csv, language = call.language, directory = wiring_.config.data_dir,
                   failed = fail(call, 503, "storage_failed"), large = fail(call, 409, "plan_too_large"), too_little, busy]() -> http::Reply {
    const auto whole = book->catch_up(directory);
    if (!whole) return {failed, 0, {}, {}};
    const auto planned = *whole ? planner->ask(asked, [book, asked] { return past_visits(*book, asked); }) : nullptr;
    if (!planned) return {busy, 0, {}, {}};
    if (planned->state == StaffPlanner::State::too_little_history) return {too_little(planned->days), 0, {}, {}};
    if (planned->state == StaffPlanner::State::too_large) return {large, 0, {}, {}};
    http::Response response;
    response.body = csv ? as_csv(*planned) : as_json(*planned, asked, language);
    if (csv) response.content_type = "text/csv; charset=utf-8";
    return {std::move(response), 0, {}, {}};
  };
  return reply;
}

}  // namespace skranke::daemon
