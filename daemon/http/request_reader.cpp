#include "daemon/http/request_reader.hpp"

#include <algorithm>
#include <cstring>

namespace skranke::http {
namespace {
constexpr std::size_t first_capacity = 2048;
constexpr std::size_t kept_capacity = 16 * 1024;
constexpr std::size_t chunk_slack = 4096;  // room for raw chunk bytes behind the decoded ones
}  // namespace

std::span<char> RequestReader::room() {
  if (capacity_ == 0) grow(first_capacity);
  if (end_ == capacity_ && stage_ == Stage::head && begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    scan_ -= begin_;
    begin_ = 0;
  }
  // Bounded: advance() has refused a head at head_bytes and a body at body_bytes before the buffer gets here full.
  if (end_ == capacity_)
    grow(stage_ == Stage::chunks ? std::max(capacity_ * 2, capacity_ + chunk_slack) : capacity_ * 2);
  return {buffer_.get() + end_, capacity_ - end_};
}

void RequestReader::grow(std::size_t capacity) {
  std::unique_ptr<char[]> larger{new char[capacity]};  // not make_unique: no need to zero it
  if (end_ > 0) std::memcpy(larger.get(), buffer_.get(), end_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
  moved_ = true;
}

RequestReader::Progress RequestReader::advance() {
  switch (stage_) {
    case Stage::head: return advance_head();
    case Stage::body: return advance_body();
    case Stage::chunks: return advance_chunks();
    case Stage::complete: return Progress::complete;
    case Stage::fault: return Progress::fault;
  }
  return Progress::fault;
}

RequestReader::Progress RequestReader::advance_head() {
  while (end_ - begin_ >= 2 && scan_ == begin_ && std::memcmp(buffer_.get() + begin_, "\r\n", 2) == 0)
    scan_ = begin_ += 2;
  if (const auto unfit = unfit_first_line()) return fail(*unfit);  // always, or the cut of the bytes would matter
  const std::string_view all{buffer_.get(), end_};
  const std::size_t from = std::max(begin_, scan_ < 3 ? 0 : scan_ - 3);
  const std::size_t empty_line = all.find("\r\n\r\n", from);
  if (empty_line == std::string_view::npos) {
    if (end_ - begin_ >= 4) scan_ = end_;  // below, an empty line in front may still have to be skipped
    if (end_ - begin_ >= limits_.head_bytes) return fail({431, "too_large", "headers"});
    return Progress::need_more;
  }
  head_end_ = empty_line + 4;
  if (head_end_ - begin_ > limits_.head_bytes) return fail({431, "too_large", "headers"});
  moved_ = false;
  auto head = parse_head(head_bytes(), limits_);
  if (!head) return fail(head.error());
  head_ = *head;
  if (head_.chunked) {
    stage_ = Stage::chunks;
    chunks_ = {};
    next_ = head_end_;  // until complete: end of the decoded bytes
  } else if (head_.content_length > limits_.body_bytes) {
    return fail({413, "too_large", "body"});
  } else {
    stage_ = Stage::body;
  }
  const bool waits = head_.expect_continue && end_ == head_end_ && (head_.chunked || head_.content_length > 0);
  const Progress progress = advance();
  return progress == Progress::need_more && waits ? Progress::continue_expected : progress;
}

/// A line that never ends, or something that is not HTTP at all (a TLS greeting on the plain port), need not wait for
/// the head's deadline.
std::optional<Fault> RequestReader::unfit_first_line() const {
  const std::string_view line{buffer_.get() + begin_, end_ - begin_};
  if (!line.empty() && line[0] != '\r' && !(line[0] >= 'A' && line[0] <= 'Z')) return Fault{400, "malformed", "head"};
  constexpr std::size_t method_and_version = 64;
  const std::size_t most = limits_.target_bytes + method_and_version;
  if (line.size() > most && line.substr(0, most).find('\n') == std::string_view::npos)
    return Fault{414, "too_large", "path"};
  return std::nullopt;
}

RequestReader::Progress RequestReader::advance_body() {
  const std::size_t length = static_cast<std::size_t>(head_.content_length);
  if (end_ - head_end_ >= length) {
    next_ = head_end_ + length;
    return complete(length);
  }
  if (capacity_ < head_end_ + length) grow(head_end_ + length);
  return Progress::need_more;
}

RequestReader::Progress RequestReader::advance_chunks() {
  std::size_t used = 0;
  std::size_t made = 0;
  const std::span<const char> raw{buffer_.get() + next_, end_ - next_};
  const auto state = chunks_.decode(raw, buffer_.get() + next_, limits_.body_bytes, used, made);
  switch (state) {
    case ChunkDecoder::State::malformed: return fail({400, "malformed", "body"});
    case ChunkDecoder::State::too_large: return fail({413, "too_large", "body"});
    case ChunkDecoder::State::running:
      next_ += made;
      end_ = next_;  // what is left of it are decoded bytes
      return Progress::need_more;
    case ChunkDecoder::State::complete: {
      const std::size_t body_bytes = next_ + made - head_end_;
      next_ += used;
      return complete(body_bytes);
    }
  }
  return Progress::fault;
}

RequestReader::Progress RequestReader::complete(std::size_t body_bytes) {
  if (moved_) head_ = parse_head(head_bytes(), limits_).value_or(Head{});  // the same bytes parsed before
  request_.method = head_.method == Method::head ? Method::get : head_.method;
  request_.body = {buffer_.get() + head_end_, body_bytes};
  request_.content_type = head_.content_type;
  request_.authorization = head_.authorization;
  request_.cookie = head_.cookie;
  request_.idempotency_key = head_.idempotency_key;
  request_.accept_language = head_.accept_language;
  request_.accept_encoding = head_.accept_encoding;
  request_.if_none_match = head_.if_none_match;
  request_.origin = head_.origin;
  request_.sec_fetch_site = head_.sec_fetch_site;
  request_.host = head_.host;
  const std::size_t target_at = static_cast<std::size_t>(head_.target.data() - buffer_.get());
  if (head_.method == Method::options && head_.target == "*") {
    request_.path = head_.target;
  } else if (const auto decoded = decode_target({buffer_.get() + target_at, head_.target.size()}, request_); !decoded) {
    return fail(decoded.error());
  }
  stage_ = Stage::complete;
  return Progress::complete;
}

RequestReader::Progress RequestReader::fail(Fault fault) {
  fault_ = fault;
  stage_ = Stage::fault;
  return Progress::fault;
}

void RequestReader::finish() {
  begin_ = next_;
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ > kept_capacity) {
      buffer_.reset();
      capacity_ = 0;
    }
  }
  scan_ = begin_;
  stage_ = Stage::head;
}

}  // namespace skranke::http
