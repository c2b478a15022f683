#pragma once
// What skranke-screen asks its daemon, over HTTP or TLS: one question at a time, each within three seconds.
#include <memory>
#include <string>

#include "agent/link.hpp"

namespace skranke::agent {

class ScreenAsk {
 public:
  /// `certificate`: a file with the daemon's own certificate or its authority's; empty = the authorities of this box. A file that cannot be read is in `trouble`.
  ScreenAsk(Target target, const std::string& certificate);
  ~ScreenAsk();
  ScreenAsk(const ScreenAsk&) = delete;
  ScreenAsk& operator=(const ScreenAsk&) = delete;

  /// Whether somebody listens there at all.
  [[nodiscard]] bool listens() const;
  /// The answer to one GET with its head, at most 64 KiB; empty when there is none, or when a certificate is not to be trusted.
  [[nodiscard]] std::string get(const std::string& path);
  /// Why the last answer could not be trusted; empty = it could, or nobody answered.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] const Target& target() const { return target_; }

 private:
  struct Tls;
  Target target_;
  std::unique_ptr<Tls> tls_;   ///< of https only
  std::string trouble_;
};

}  // namespace skranke::agent
