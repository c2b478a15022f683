// Sentences on demand, by the real espeak-ng: soon there, the same one once, none in a language that nothing speaks, bounded.
#include "daemon/voice/reader.hpp"

#include <chrono>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "daemon/voice/source.hpp"

namespace skranke::daemon {
namespace {

constexpr const char* espeak = "/usr/bin/espeak-ng";

class Sentences : public testing::Test {
 protected:
  Reader::State settled(const std::string& name) {
    io_.restart();
    const auto work = boost::asio::make_work_guard(io_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (reader_.state(name) == Reader::State::coming && std::chrono::steady_clock::now() < until) io_.run_one_for(std::chrono::milliseconds{50});
    return reader_.state(name);
  }

  boost::asio::io_context io_;
  Reader reader_{{io_, {}, espeak}};
};

TEST_F(Sentences, AreSaidAndKeptUnderOneName) {
  const auto name = reader_.ask({"da", "Du er i køen. Dit nummer er A 12."});
  ASSERT_TRUE(name);
  ASSERT_EQ(settled(*name), Reader::State::ready);
  const auto wave = read_wave(*reader_.bytes(*name));
  ASSERT_TRUE(wave);
  EXPECT_GT(wave->length(), std::chrono::milliseconds{1'500});
  EXPECT_EQ(reader_.ask({"da", "Du er i køen. Dit nummer er A 12."}), name);
  EXPECT_EQ(reader_.state(*name), Reader::State::ready) << "not made again";
  EXPECT_NE(reader_.ask({"de", "Du er i køen. Dit nummer er A 12."}), name) << "another voice";
}

TEST_F(Sentences, HaveNoVoiceWhereNothingSpeaksTheLanguage) {
  const auto name = reader_.ask({"ti", "እንቋዕ ብደሓን መጻእኩም"});
  ASSERT_TRUE(name);
  EXPECT_EQ(settled(*name), Reader::State::no_voice);
  EXPECT_EQ(reader_.bytes(*name), nullptr);
}

TEST_F(Sentences, AreRefusedWhileTooManyWaitAndForgottenOldestFirst) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < Reader::waiting_max; ++index) names.push_back(reader_.ask({"ti", std::to_string(index)}).value());
  EXPECT_FALSE(reader_.ask({"ti", "one more"}));
  EXPECT_EQ(settled(names.back()), Reader::State::no_voice);
  EXPECT_TRUE(reader_.ask({"ti", "one more"}));
  for (std::size_t index = 0; index < Reader::held_max; ++index) static_cast<void>(settled(reader_.ask({"ti", "more " + std::to_string(index)}).value()));
  EXPECT_EQ(reader_.state(names.front()), Reader::State::unknown);
}

TEST(SentencesWithoutAVoice, AreToldToHaveNone) {
  boost::asio::io_context io;
  Reader reader{{io, {}, "/nowhere/espeak-ng"}};
  const auto name = reader.ask({"da", "Velkommen"});
  ASSERT_TRUE(name);
  const auto work = boost::asio::make_work_guard(io);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (reader.state(*name) == Reader::State::coming && std::chrono::steady_clock::now() < until) io.run_one_for(std::chrono::milliseconds{50});
  EXPECT_EQ(reader.state(*name), Reader::State::no_voice);
}

}  // namespace
}  // namespace skranke::daemon
