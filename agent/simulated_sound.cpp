#include "agent/simulated_sound.hpp"

#include <algorithm>

namespace skranke::agent {

using namespace std::chrono_literals;

void SimulatedSound::hear(const SoundNews& news, Tick now) {
  due_.clear();
  if (news.evacuation) {
    playing_ = false;
    return;
  }
  for (const AnnouncementNews& said : news.announcements) due_.push_back({said, now + said.in, now + std::max(said.until, said.in)});
}

Tick SimulatedSound::step(Tick now) {
  Tick next = now + 1s;
  if (playing_ && now >= until_) playing_ = false;
  for (const Due& due : due_) {
    const bool played = std::find(played_.begin(), played_.end(), due.said.id) != played_.end();
    if (played || due.said.volume == 0 || now - due.at > Loudspeaker::late) continue;
    if (due.at > now) {
      next = std::min(next, due.at);
      continue;
    }
    played_.push_back(due.said.id);
    if (played_.size() > Loudspeaker::played_max) played_.pop_front();
    said_ = due.said;
    until_ = due.until;
    playing_ = now < until_;
  }
  if (playing_) next = std::min(next, until_);
  return next;
}

}  // namespace skranke::agent
