#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "printer/kinds.hpp"
#include "printer/sample_tickets.hpp"

namespace skranke::printer {
namespace {

namespace fs = std::filesystem;

class Preview : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path{testing::TempDir()} / fmt::format("skranke-preview-{}", ::getpid());
    fs::remove_all(directory_);
    settings_.kind = "preview";
    settings_.directory = directory_.string();
  }
  void TearDown() override { fs::remove_all(directory_); }

  JobResult print(const std::string& id) {
    return make_printer(settings_)->print({id, sample_ticket("da").value()}, [](const Health&) {}, {});
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_)) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path directory_;
  PrinterSettings settings_;
};

TEST_F(Preview, OnePngATicketAndNoneForARepeat) {
  EXPECT_EQ(print("v1-1").state, PrintState::printed);
  EXPECT_EQ(print("v1-1").state, PrintState::printed);
  EXPECT_EQ(print("v1-2").state, PrintState::printed);
  ASSERT_EQ(files().size(), 2U);
  std::ifstream file{directory_ / files()[0], std::ios::binary};
  std::string magic(8, '\0');
  file.read(magic.data(), 8);
  EXPECT_EQ(magic, "\x89PNG\r\n\x1a\n");
}

TEST_F(Preview, KeepsTheNewestFifty) {
  for (int i = 0; i < 55; ++i) ASSERT_EQ(print(fmt::format("t{}", i)).state, PrintState::printed);
  const auto names = files();
  ASSERT_EQ(names.size(), 50U);
  const auto holds = [&](const std::string& id) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return name.substr(name.find("Z-") + 2) == fmt::format("{}.png", id);
    });
  };
  EXPECT_TRUE(holds("t54"));
  EXPECT_FALSE(holds("t0"));
}

TEST_F(Preview, AnIdIsNoPath) {
  EXPECT_EQ(print("../../escape").state, PrintState::printed);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(Preview, DirectoryThatCannotBeIsSaid) {
  settings_.directory = "/proc/nowhere";
  EXPECT_EQ(make_printer(settings_)->check({}).state, HealthState::failed);
  EXPECT_EQ(print("v1").state, PrintState::failed);
  settings_.directory = "";
  EXPECT_EQ(make_printer(settings_)->check({}).state, HealthState::absent);
  EXPECT_EQ(print("v1").fault, "not_configured");
}

TEST(MakePrinter, UnknownKindIsAbsentAndPrintsNothing) {
  const auto printer = make_printer({.id = "p",
                                     .kind = "fax",
                                     .queue = "",
                                     .device = "",
                                     .raw = false,
                                     .width_mm = 80,
                                     .cut = true,
                                     .job_timeout_s = 1,
                                     .directory = ""});
  EXPECT_EQ(printer->check({}).state, HealthState::absent);
  EXPECT_EQ(printer->print({"a", {}}, [](const Health&) {}, {}).fault, "not_configured");
}

}  // namespace
}  // namespace skranke::printer
