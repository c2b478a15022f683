#pragma once
// Small convolutional networks from TensorFlow Lite files, run in plain loops: just the nine operators that the two
// face models have. Only files whose digest is pinned are loaded; the reader is bounded all the same.
#include <span>
#include <vector>

#include "enrolment/bytes.hpp"
#include "enrolment/error.hpp"

namespace skranke::enrolment {

/// Height, width, channels; batches of one.
struct Shape {
  int height = 1, width = 1, channels = 1;
  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  }
};
using Values = std::vector<float>;

class Network {
 public:
  static Result<Network> load(ByteView file);

  [[nodiscard]] Shape input() const { return tensors_[input_].shape; }
  /// Outputs in the file's order. The input has input().size() values.
  [[nodiscard]] std::vector<Values> run(std::span<const float> input) const;

 private:
  enum class Kind : std::uint8_t {
    add = 0,
    join = 2,
    convolve = 3,
    convolve_each = 4,
    widen = 6,
    pool_max = 17,
    cut_negative = 19,
    reshape = 22,
    pad = 34,
    slope_negative = 54
  };
  struct Tensor {
    Shape shape;
    Values constant;  ///< empty for what is computed
  };
  struct Step {
    Kind kind = Kind::add;
    std::vector<std::size_t> inputs;
    std::size_t output = 0;
    bool same = false;  ///< padding that keeps the size
    int stride_x = 1, stride_y = 1, window_x = 1, window_y = 1;
  };
  friend class NetworkFile;
  void perform(const Step& step, std::vector<Values>& values) const;

  std::vector<Tensor> tensors_;
  std::vector<Step> steps_;
  std::size_t input_ = 0;
  std::vector<std::size_t> outputs_;
};

}  // namespace skranke::enrolment
