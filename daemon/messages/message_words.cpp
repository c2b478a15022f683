#include "daemon/messages/message_words.hpp"

#include <fmt/format.h>

#include "wire/clock_words.hpp"
#include "wire/views_booking.hpp"

namespace skranke::daemon {
namespace {

std::string clock_of(const wire::View& view, core::Instant at) {
  const auto local = view.facility.zone.to_local(at);
  return wire::clock_text(std::chrono::floor<core::Minutes>(local - std::chrono::floor<std::chrono::days>(local)));
}

std::string said(const wire::View& view, std::string_view key, const Notice& notice, const Told& told) {
  const std::string& code = notice.code.empty() ? notice.subject : notice.code;
  return view.catalogue.format(view.language, fmt::format("message.{}{}", key, word(notice.kind)),
                               {{"site", view.facility.site.name},
                                {"date", view.catalogue.date_text(view.language, view.facility.zone, notice.start)},
                                {"time", clock_of(view, notice.start)},
                                {"until", clock_of(view, notice.until)},
                                {"code", code},
                                {"about", told.booking == nullptr ? std::string{} : wire::about_booking(view, *told.booking)},
                                {"number", told.visit == nullptr ? std::string{} : core::to_string(told.visit->number)},
                                {"page", told.page}});
}

}  // namespace

std::string message_text(const wire::View& view, const Notice& notice, const Told& told) { return said(view, "", notice, told); }

std::string message_title(const wire::View& view, const Notice& notice) { return said(view, "title_", notice, {}); }

std::string push_text(const wire::View& view, const Notice& notice, const Told& told) { return said(view, "push_", notice, told); }

std::string mail_text(const wire::View& view, const Notice& notice, const Told& told) {
  std::string text = message_text(view, notice, told) + "\n";
  // Those that end with the page say it themselves.
  const bool has_page = notice.kind == MessageKind::booked || notice.kind == MessageKind::moved || notice.kind == MessageKind::reminder;
  if (has_page && !told.page.empty()) text += "\n" + view.catalogue.format(view.language, "message.mail_page", {{"page", told.page}}) + "\n";
  return text + "\n-- \n" + view.catalogue.format(view.language, "message.mail_end", {{"site", view.facility.site.name}}) + "\n";
}

}  // namespace skranke::daemon
