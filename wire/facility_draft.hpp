#pragma once
// Between reading and checking a facility file: the facility so far, and where in the file its parts stand.
#include <string>
#include <vector>

#include "core/facility.hpp"
#include "wire/table_reader.hpp"

namespace skranke::wire {

/// Where a thing or a value stands; the node belongs to the document that is being read.
struct Spot {
  const Node* node = nullptr;
  std::string path;
};

enum class Thing : std::uint8_t { authority, service, desk, board, kiosk, printer, priority, zone, equipment };

/// "desk "d1" names the service "pas"": to be held against what the file has once all of it is read.
struct Reference {
  Thing wanted;
  std::string id;
  Thing owner;
  std::string owner_id;
  Spot spot;
};

struct FacilityDraft {
  core::Facility facility;
  std::vector<Spot> authorities, services, desks, opening, closures, kiosks;  // parallel to the facility's vectors
  std::vector<Spot> boards, printers;
  std::vector<std::vector<Spot>> present;                                     // parallel to each authority's presence
  const Node* site = nullptr;
  std::vector<Reference> references;
  std::vector<char> letters_asked;  // parallel to services; 0 = none or wrong
};

/// "ydelsen"/"the service": how a thing is spoken of.
[[nodiscard]] Message in_words(Thing thing);

/// Phase 1: every key of the document, by itself.
[[nodiscard]] FacilityDraft read_facility_document(const Node& document, Findings& findings);
/// Phase 2: what must fit together. May fill in defaults.
void check_facility(FacilityDraft& draft, Findings& findings);
/// Phase 3: what can be used, but will surprise the one who wrote it (facility_explain.cpp).
void explain_facility(const FacilityDraft& draft, Findings& findings);
/// Gives every service a letter that is unmistakable on a ticket, and says where it differs from the one asked for.
void settle_letters(FacilityDraft& draft, Findings& findings);

}  // namespace skranke::wire
