#include "daemon/http/hub.hpp"

#include <algorithm>

#include "daemon/http/ws_frame.hpp"

namespace skranke::http {

ConnectionId Hub::add(Watcher& watcher, std::vector<std::string> topics, std::string name, std::string remote, std::string credential) {
  std::sort(topics.begin(), topics.end());
  topics.erase(std::unique(topics.begin(), topics.end()), topics.end());
  topics.shrink_to_fit();
  for (const std::string& topic : topics) {
    auto [place, fresh] = topics_.try_emplace(topic);
    if (fresh) place->second.slot = ++last_slot_;
    place->second.watchers.push_back(&watcher);
  }
  const ConnectionId id = ++last_id_;
  members_.emplace(id, Member{&watcher, Info{id, std::move(name), std::move(remote), std::move(topics), std::move(credential)}});
  return id;
}

void Hub::remove(ConnectionId id) {
  const auto member = members_.find(id);
  if (member == members_.end()) return;
  for (const std::string& name : member->second.info.topics) {
    const auto topic = topics_.find(name);
    std::vector<Watcher*>& watchers = topic->second.watchers;
    const auto place = std::find(watchers.begin(), watchers.end(), member->second.watcher);
    *place = watchers.back();
    watchers.pop_back();
    if (watchers.empty()) topics_.erase(topic);
  }
  members_.erase(member);
}

void Hub::dismiss(const std::function<bool(std::string_view credential)>& still_good) {
  for (const auto& [id, member] : members_)
    if (!member.info.credential.empty() && !still_good(member.info.credential)) member.watcher->dismiss();
}

void Hub::publish(std::string_view topic, const Bytes& json_text, std::uint64_t seq) {
  const auto place = topics_.find(topic);
  if (place == topics_.end()) return;
  const Frame frame = std::make_shared<const std::string>(text_frame(*json_text));
  for (Watcher* const watcher : place->second.watchers)
    if (seq == 0 || seq > watcher->seen_seq()) watcher->offer(place->second.slot, frame);
}

void Hub::ping(const Bytes& json_text) {
  if (members_.empty()) return;
  const Frame frame = std::make_shared<const std::string>(text_frame(*json_text));
  for (auto& [id, member] : members_) member.watcher->offer(ping_slot, frame);
}

std::size_t Hub::subscribers(std::string_view topic) const {
  const auto place = topics_.find(topic);
  return place == topics_.end() ? 0 : place->second.watchers.size();
}

const Hub::Info* Hub::find(ConnectionId id) const {
  const auto member = members_.find(id);
  return member == members_.end() ? nullptr : &member->second.info;
}

void Hub::each(const std::function<void(const Info&)>& visit) const {
  for (const auto& [id, member] : members_) visit(member.info);
}

}  // namespace skranke::http
