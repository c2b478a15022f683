#include "daemon/messages/courier.hpp"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace skranke::daemon {

namespace asio = boost::asio;

struct Courier::Worker {
  asio::thread_pool pool{1};
};

Courier::Courier(asio::io_context& io, std::unique_ptr<Channel> channel) : io_{io}, channel_{std::move(channel)}, worker_{new Worker} {}

Courier::~Courier() { static_cast<void>(finish()); }

std::optional<Outcome> Courier::finish() {
  *alive_ = false;
  worker_->pool.join();
  return std::exchange(busy_, false) ? std::exchange(untold_, std::nullopt) : std::nullopt;
}

void Courier::carry(Parcel parcel, std::function<void(Outcome)> done) {
  busy_ = true;
  asio::post(worker_->pool, [this, alive = alive_, parcel = std::move(parcel), done = std::move(done)] {
    Outcome outcome = channel_->send(parcel);
    untold_ = outcome;
    asio::post(io_, [this, alive, outcome = std::move(outcome), done] {
      if (!*alive) return;
      busy_ = false;
      done(outcome);
    });
  });
}

}  // namespace skranke::daemon
