#include "web/assets.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace skranke::web {
namespace {

const Asset& shell(std::string_view path) {
  const Asset* found = find(path);
  if (found == nullptr) throw std::runtime_error{"no page at " + std::string{path}};
  return *found;
}

/// Every address in quotes that begins with /assets/.
std::set<std::string> mentioned(std::string_view html) {
  std::set<std::string> result;
  for (std::size_t at = html.find("/assets/"); at != std::string_view::npos; at = html.find("/assets/", at + 1))
    result.emplace(html.substr(at, html.find_first_of("\"&", at) - at));
  return result;
}

TEST(Pages, EveryKindOfPageHasItsShell) {
  EXPECT_EQ(shell("/kiosk/hall").path, "/shell/kiosk.html");
  EXPECT_EQ(shell("/desk/desk-3").path, "/shell/desk.html");
  EXPECT_EQ(shell("/board/hall").path, "/shell/board.html");
  EXPECT_EQ(shell("/enrol/desk-1").path, "/shell/enrol.html");
  EXPECT_EQ(shell("/t/abcdef").path, "/shell/phone.html");
  EXPECT_EQ(shell("/sign-in").path, "/shell/office.html");
  EXPECT_EQ(shell("/host").path, "/shell/host.html");
  EXPECT_EQ(shell("/contact").path, "/shell/contact.html");
  EXPECT_EQ(shell("/admin").path, "/shell/office.html");
  EXPECT_EQ(shell("/reports").path, "/shell/office.html");
  EXPECT_EQ(shell("/site").path, "/shell/office.html");
  EXPECT_EQ(shell("/access").path, "/shell/office.html");
  EXPECT_EQ(shell("/room").path, "/shell/office.html");
  EXPECT_EQ(shell("/").path, "/shell/office.html");
}

TEST(Pages, NothingElseIsFound) {
  for (const std::string_view path :
       {"", "/desk", "/kiosk/", "/kiosk/a/b", "/sign-in/x", "/shell/kiosk.html", "/assets/",
        "/assets/../shell/kiosk.html", "/api/v1/services", "/kioskx/hall", "kiosk/hall", "//", "/t/"})
    EXPECT_EQ(find(path), nullptr) << path;
}

TEST(Pages, ShellsNameOnlyAssetsThatExistAndHoldNoInlineCode) {
  for (const std::string_view page : {"/kiosk/a", "/desk/a", "/board/a", "/t/a", "/"}) {
    const std::string_view html = shell(page).identity;
    const auto names = mentioned(html);
    EXPECT_GE(names.size(), 4u) << page;
    for (const std::string& name : names) EXPECT_NE(find(name), nullptr) << page << " wants " << name;
    EXPECT_EQ(html.find("<style"), std::string_view::npos) << page;
    EXPECT_NE(html.find("\"></script>"), std::string_view::npos) << page;
    EXPECT_EQ(html.find("<script>"), std::string_view::npos) << page;
  }
}

TEST(Pages, AssetsAreTypedTaggedAndCompressed) {
  std::set<std::string_view> tags;
  for (const Asset& asset : assets()) {
    EXPECT_FALSE(asset.identity.empty()) << asset.path;
    EXPECT_FALSE(asset.content_type.empty()) << asset.path;
    EXPECT_TRUE(asset.etag.starts_with('"') && asset.etag.ends_with('"') && asset.etag.size() > 16) << asset.path;
    EXPECT_TRUE(tags.insert(asset.etag).second) << asset.path;
    EXPECT_EQ(asset.immutable, asset.path.starts_with("/assets/")) << asset.path;
    if (asset.gzip.empty()) continue;
    EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
    EXPECT_TRUE(asset.gzip.starts_with("\x1f\x8b")) << asset.path;
  }
  EXPECT_TRUE(
      std::is_sorted(assets().begin(), assets().end(), [](const Asset& a, const Asset& b) { return a.path < b.path; }));
  EXPECT_EQ(build_id().size(), 12u);
}

/// What a slow box has to read in all, with the parts that come behind the first picture: compressed script, bytes. The first picture alone is weighed by the
/// browser's tests.
TEST(Pages, ScriptsStayWithinTheirBudgets) {
  const auto size = [](std::string_view name) {
    std::size_t sum = 0;
    for (const Asset& asset : assets()) {
      const bool own = asset.path.starts_with("/assets/" + std::string{name} + ".") || asset.path.starts_with("/assets/" + std::string{name} + "-part.");
      if (own && asset.path.ends_with(".js")) sum += asset.gzip.empty() ? asset.identity.size() : asset.gzip.size();
    }
    return sum;
  };
  const auto within = [&](std::string_view name, std::size_t budget) {
    EXPECT_GT(size(name), 3000u) << name;
    EXPECT_LE(size(name), budget) << name;
  };
  within("board", 20 * 1024);
  within("phone", 20 * 1024);
  within("kiosk", 52 * 1024);   // with what reads a code from a camera, fetched by who asks for it
  within("desk", 60 * 1024);
  within("office", 60 * 1024);
}

}  // namespace
}  // namespace skranke::web
