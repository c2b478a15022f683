#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "wire/facility_draft.hpp"

namespace skranke::wire {
namespace {

/// Letters that stay themselves when a ticket is turned, smudged or read from afar.
constexpr std::string_view unmistakable = "ACJKPTY";

/// Hands out letters: those nobody has first, then those that the fewest services share.
class LetterBox {
 public:
  void take(char letter) { ++uses_[letter]; }
  char draw() {
    const char letter = *std::min_element(unmistakable.begin(), unmistakable.end(),
                                          [&](char a, char b) { return uses_[a] < uses_[b]; });
    take(letter);
    return letter;
  }

 private:
  std::map<char, int> uses_;
};

void say_replaced(const Spot& spot, std::string_view id, char asked, char given, Findings& findings) {
  const Node* letter = spot.node->find("letter");
  findings.warning(
      letter == nullptr ? spot.node : letter, findings.child(spot.path, "letter"), "letter_replaced",
      {fmt::format("{} kan forveksles med andre tegn; billetter til {} får {} i stedet.", asked, quoted(id), given),
       fmt::format("{} can be mistaken for other signs; tickets for {} get {} instead.", asked, quoted(id), given)});
}

void say_given(const Spot& spot, std::string_view id, char given, Findings& findings) {
  findings.warning(spot.node, findings.child(spot.path, "letter"), "letter_given",
                   {fmt::format("Ydelsen {} har intet billetbogstav; den får {}.", quoted(id), given),
                    fmt::format("The service {} has no ticket letter; it gets {}.", quoted(id), given)});
}

}  // namespace

void settle_letters(FacilityDraft& draft, Findings& findings) {
  LetterBox box;
  for (const char asked : draft.letters_asked)
    if (unmistakable.find(asked) != std::string_view::npos) box.take(asked);
  std::map<char, char> replaced;  // services that ask for one letter share one series, whatever it is called
  for (std::size_t index = 0; index < draft.facility.services.size(); ++index) {
    core::Service& service = draft.facility.services[index];
    const Spot& spot = draft.services[index];
    const char asked = draft.letters_asked[index];
    if (asked == 0) {
      if (spot.node->find("letter") != nullptr) continue;  // wrong, and said so when it was read
      service.letter = box.draw();
      say_given(spot, service.id.str(), service.letter, findings);
    } else if (unmistakable.find(asked) != std::string_view::npos) {
      service.letter = asked;
    } else {
      const auto known = replaced.find(asked);
      service.letter = known != replaced.end() ? known->second : box.draw();
      replaced[asked] = service.letter;
      say_replaced(spot, service.id.str(), asked, service.letter, findings);
    }
  }
}

}  // namespace skranke::wire
