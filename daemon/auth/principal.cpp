#include "daemon/auth/principal.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/auth/secret.hpp"

namespace skranke::auth {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool starts_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == (b | 0x20) || a == b; });
}

bool holds(const std::vector<std::string>& ids, std::string_view id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); }

constexpr std::string_view authority_word = "authority/", service_word = "service/", site_word = "site/", desk_word = "desk/";

}  // namespace

bool Rights::cover(std::string_view authority, std::string_view service) const { return holds(authorities, authority) || holds(services, service); }

std::string words_of(const Rights& rights) {
  std::string words;
  for (const std::string& id : rights.authorities) words += fmt::format("{}{}{}", words.empty() ? "" : " ", authority_word, id);
  for (const std::string& id : rights.services) words += fmt::format("{}{}{}", words.empty() ? "" : " ", service_word, id);
  for (const std::string& id : rights.sites) words += fmt::format("{}{}{}", words.empty() ? "" : " ", site_word, id);
  if (!rights.desk.empty()) words += fmt::format("{}{}{}", words.empty() ? "" : " ", desk_word, rights.desk);
  return words;
}

Rights rights_in(std::string_view words) {
  Rights rights;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.starts_with(authority_word)) rights.authorities.emplace_back(word.substr(authority_word.size()));
    if (word.starts_with(service_word)) rights.services.emplace_back(word.substr(service_word.size()));
    if (word.starts_with(site_word)) rights.sites.emplace_back(word.substr(site_word.size()));
    if (word.starts_with(desk_word)) rights.desk = word.substr(desk_word.size());
  }
  return rights;
}

const Identity* Principal::acting_for(Permission permission) const {
  const auto found = std::find_if(identities.begin(), identities.end(),
                                  [&](const Identity& identity) { return allowed(identity.role, permission); });
  return found == identities.end() ? nullptr : &*found;
}

const Identity* Principal::as(Role role) const {
  const auto found = std::find_if(identities.begin(), identities.end(),
                                  [&](const Identity& identity) { return identity.role == role; });
  return found == identities.end() ? nullptr : &*found;
}

std::string_view bearer_token(std::string_view authorization) {
  authorization = trimmed(authorization);
  return starts_with_word(authorization, "bearer ") ? trimmed(authorization.substr(7)) : std::string_view{};
}

std::vector<std::pair<Role, std::string_view>> session_cookies(std::string_view cookie) {
  std::vector<std::pair<Role, std::string_view>> found;
  while (!cookie.empty()) {
    const std::size_t end = std::min(cookie.find(';'), cookie.size());
    const std::string_view pair = trimmed(cookie.substr(0, end));
    cookie.remove_prefix(std::min(end + 1, cookie.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !pair.starts_with("skranke_")) continue;
    const auto role = role_from_word(pair.substr(8, equals - 8));
    const std::string_view token = pair.substr(equals + 1);
    if (!role || !is_token(token)) continue;
    const bool again = std::any_of(found.begin(), found.end(), [&](const auto& other) { return other.first == *role; });
    if (!again) found.emplace_back(*role, token);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return found;
}

std::string set_cookie(Role role, std::string_view token, bool secure) {
  // 400 days is as long as browsers keep a cookie; how long the session itself lasts is the store's business.
  return fmt::format("skranke_{}={}; Path=/; Max-Age=34560000; HttpOnly; SameSite=Strict{}", word(role), token,
                     secure ? "; Secure" : "");
}

std::string clear_cookie(Role role) {
  return fmt::format("skranke_{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict", word(role));
}

}  // namespace skranke::auth
