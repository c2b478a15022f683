#include "enrolment/network.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "enrolment/network_file.hpp"

namespace skranke::enrolment {
namespace {

constexpr std::size_t file_bytes_max = 8'000'000, tensors_max = 1000, steps_max = 1000;
constexpr std::size_t values_max = 4'000'000;
constexpr int side_max = 2048;
enum Type : std::int8_t { float32 = 0, float16 = 1, int32 = 2 };

float widened(std::uint16_t half) {
  const float sign = (half & 0x8000U) != 0 ? -1.0F : 1.0F;
  const int exponent = (half >> 10U) & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
  return sign * std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
}

Values constant_of(ByteView bytes, std::int8_t type) {
  Values values;
  if (type == float16) {
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
      values.push_back(widened(static_cast<std::uint16_t>(bytes[i] | (bytes[i + 1] << 8U))));
    return values;
  }
  values.resize(bytes.size() / 4);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (type == float32) {
      std::memcpy(&values[i], bytes.data() + 4 * i, 4);
    } else {
      std::int32_t number = 0;
      std::memcpy(&number, bytes.data() + 4 * i, 4);
      values[i] = static_cast<float>(number);
    }
  }
  return values;
}

/// How much a window begins before the first sample, so that the size stays (or is divided evenly).
int before(bool same, int in, int out, int stride, int window) {
  return same ? std::max(0, ((out - 1) * stride + window - in)) / 2 : 0;
}

struct Place {
  int begin = 0, from = 0, to = 0;  ///< first sample of the window and which part of it lies inside
};
Place place(int at, int stride, int ahead, int window, int size) {
  const int begin = at * stride - ahead;
  return {begin, std::max(0, -begin), std::min(window, size - begin)};
}

}  // namespace

/// Turns a file into a network, or says what of it is not understood.
class NetworkFile {
 public:
  explicit NetworkFile(ByteView file) : file_{file}, model_{FlatTable::root(file)} {}

  Result<Network> read() {
    const std::vector<FlatTable> graphs = model_.tables(2), buffers = model_.tables(4);
    if (graphs.size() != 1) return wrong("network", "not exactly one graph");
    for (const FlatTable& code : model_.tables(1))
      codes_.push_back(std::max<int>(code.scalar<std::int32_t>(3), code.scalar<std::int8_t>(0)));
    const std::vector<FlatTable> tensors = graphs[0].tables(0), operators = graphs[0].tables(3);
    if (tensors.empty() || tensors.size() > tensors_max || operators.size() > steps_max)
      return wrong("network", "too many tensors or operators");
    for (const FlatTable& tensor : tensors)
      if (const auto read = read_tensor(tensor, buffers); !read) return tl::unexpected<Error>{read.error()};
    const auto inputs = graphs[0].numbers<std::int32_t>(1), outputs = graphs[0].numbers<std::int32_t>(2);
    if (inputs.size() != 1 || !known(inputs[0]) || outputs.empty())
      return wrong("network", "not one input and some outputs");
    network_.input_ = static_cast<std::size_t>(inputs[0]);
    for (const std::int32_t output : outputs) {
      if (!known(output)) return wrong("network", "an output that is not there");
      network_.outputs_.push_back(static_cast<std::size_t>(output));
    }
    for (const FlatTable& one : operators)
      if (const auto read = read_step(one); !read) return tl::unexpected<Error>{read.error()};
    return std::move(network_);
  }

 private:
  [[nodiscard]] bool known(std::int64_t index) const {
    return index >= 0 && index < static_cast<std::int64_t>(network_.tensors_.size());
  }

  Result<void> read_tensor(const FlatTable& tensor, const std::vector<FlatTable>& buffers) {
    Network::Tensor read;
    const auto sides = tensor.numbers<std::int32_t>(0);
    // Weights have four sides: outputs, height, width, inputs. They are kept flat; activations have a batch of one.
    std::vector<int> last(sides.begin(), sides.end());
    while (last.size() < 3) last.insert(last.begin(), 1);
    for (const int side : last)
      if (side < 1 || side > side_max) return wrong("network", "a tensor of unusable sides");
    read.shape = {last[last.size() - 3], last[last.size() - 2], last.back()};
    if (read.shape.size() > values_max) return wrong("network", "too large a tensor");
    const std::uint32_t buffer = tensor.scalar<std::uint32_t>(2);
    const std::int8_t type = tensor.scalar<std::int8_t>(1);
    if (buffer < buffers.size() && type >= float32 && type <= int32)
      read.constant = constant_of(buffers[buffer].vector(0, 1), type);
    network_.tensors_.push_back(std::move(read));
    return {};
  }

  Result<void> read_step(const FlatTable& one) {
    const std::uint32_t code = one.scalar<std::uint32_t>(0);
    const int kind = code < codes_.size() ? codes_[code] : -1;
    Network::Step step;
    for (const std::int32_t input : one.numbers<std::int32_t>(1)) {
      if (!known(input)) return wrong("network", "an input that is not there");
      step.inputs.push_back(static_cast<std::size_t>(input));
    }
    const auto outputs = one.numbers<std::int32_t>(2);
    if (outputs.size() != 1 || !known(outputs[0]) || step.inputs.empty())
      return wrong("network", "an operator without input or output");
    step.output = static_cast<std::size_t>(outputs[0]);
    const FlatTable options = one.table(4);
    switch (kind) {
      case 3:
      case 4:
      case 17:
        step.same = options.scalar<std::int8_t>(0) == 0;
        step.stride_x = options.scalar<std::int32_t>(1, 1);
        step.stride_y = options.scalar<std::int32_t>(2, 1);
        if (options.scalar<std::int8_t>(kind == 3 ? 3 : kind == 4 ? 4 : 5) != 0)
          return wrong("network", "an activation inside an operator");
        break;
      case 0:
      case 2:
      case 6:
      case 19:
      case 22:
      case 34:
      case 54: break;
      default: return wrong("network", fmt::format("operator {} is not supported", kind));
    }
    step.kind = static_cast<Network::Kind>(kind);
    if (step.kind == Network::Kind::pool_max) {
      step.window_x = options.scalar<std::int32_t>(3, 1);
      step.window_y = options.scalar<std::int32_t>(4, 1);
    }
    return add(std::move(step));
  }

  /// Constants are widened now; convolutions get their weights in the order in which they are used.
  Result<void> add(Network::Step step) {
    auto& tensors = network_.tensors_;
    Network::Tensor& out = tensors[step.output];
    if (step.kind == Network::Kind::widen) {
      out.constant = tensors[step.inputs[0]].constant;
      return {};
    }
    if (step.stride_x < 1 || step.stride_y < 1 || step.stride_x > 8 || step.stride_y > 8)
      return wrong("network", "an unusable stride");
    const bool convolves = step.kind == Network::Kind::convolve || step.kind == Network::Kind::convolve_each;
    if (convolves)
      if (const auto fine = order_weights(step); !fine) return fine;
    if ((step.kind == Network::Kind::pad || step.kind == Network::Kind::slope_negative) &&
        (step.inputs.size() != 2 || tensors[step.inputs[1]].constant.empty()))
      return wrong("network", "an operator without its constant");
    if (const auto fine = check_sizes(step); !fine) return fine;
    network_.steps_.push_back(std::move(step));
    return {};
  }

  Result<void> order_weights(Network::Step& step) {
    if (step.inputs.size() != 3) return wrong("network", "a convolution without weights or bias");
    Network::Tensor& weights = network_.tensors_[step.inputs[1]];
    const Shape in = network_.tensors_[step.inputs[0]].shape, out = network_.tensors_[step.output].shape,
                window = weights.shape;
    step.window_x = window.width;
    step.window_y = window.height;
    const std::size_t each = window.size(), outputs = static_cast<std::size_t>(out.channels);
    const bool whole = step.kind == Network::Kind::convolve;
    if (window.channels != (whole ? in.channels : out.channels) || (!whole && in.channels != out.channels))
      return wrong("network", "weights of other channels");
    if (weights.constant.size() != (whole ? each * outputs : each) ||
        network_.tensors_[step.inputs[2]].constant.size() != outputs)
      return wrong("network", "weights of another number");
    if (!whole) return {};
    Values ordered(weights.constant.size());  // tap by tap, all outputs side by side
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t tap = 0; tap < each; ++tap) ordered[tap * outputs + o] = weights.constant[o * each + tap];
    weights.constant = std::move(ordered);
    return {};
  }

  Result<void> check_sizes(const Network::Step& step) const {
    const Shape in = network_.tensors_[step.inputs[0]].shape, out = network_.tensors_[step.output].shape;
    const auto fits = [&](int from, int to, int stride, int window) {
      return to == (step.same ? (from + stride - 1) / stride : (from - window) / stride + 1);
    };
    bool fine = true;
    switch (step.kind) {
      case Network::Kind::convolve:
      case Network::Kind::convolve_each:
      case Network::Kind::pool_max:
        fine = fits(in.height, out.height, step.stride_y, step.window_y) &&
               fits(in.width, out.width, step.stride_x, step.window_x) &&
               (step.kind == Network::Kind::convolve || in.channels == out.channels);
        break;
      case Network::Kind::add:
        fine = step.inputs.size() == 2 && in.size() == out.size() &&
               network_.tensors_[step.inputs[1]].shape.size() == out.size();
        break;
      case Network::Kind::slope_negative:
        fine = in.size() == out.size() &&
               network_.tensors_[step.inputs[1]].constant.size() == static_cast<std::size_t>(out.channels);
        break;
      case Network::Kind::cut_negative:
      case Network::Kind::reshape: fine = in.size() == out.size(); break;
      case Network::Kind::pad:
        fine = in.height == out.height && in.width == out.width && in.channels <= out.channels;
        break;  // channels behind
      case Network::Kind::join: {
        std::size_t sum = 0;
        for (const std::size_t input : step.inputs) sum += network_.tensors_[input].shape.size();
        fine = sum == out.size();  // rows after rows
        break;
      }
      case Network::Kind::widen: break;
    }
    if (!fine)
      return wrong("network", fmt::format("operator {} with tensors that do not fit", static_cast<int>(step.kind)));
    return {};
  }

  ByteView file_;
  FlatTable model_;
  Network network_;
  std::vector<int> codes_;
};

namespace {

struct Window {
  bool same;
  int stride_x, stride_y, x, y;
};

/// sum[o] += Σ sample[i] · weight[i][o]; four inputs at a time, so that sums are loaded and stored a quarter as often.
void add_products(float* __restrict sum, const float* __restrict sample, const float* __restrict weight,
                  std::size_t inputs, std::size_t outputs) {
  std::size_t i = 0;
  for (; i + 4 <= inputs; i += 4, weight += 4 * outputs) {
    const float a = sample[i], b = sample[i + 1], c = sample[i + 2], d = sample[i + 3];
    const float *wa = weight, *wb = wa + outputs, *wc = wb + outputs, *wd = wc + outputs;
    for (std::size_t o = 0; o < outputs; ++o) sum[o] += (a * wa[o] + b * wb[o]) + (c * wc[o] + d * wd[o]);
  }
  for (; i < inputs; ++i, weight += outputs)
    for (std::size_t o = 0; o < outputs; ++o) sum[o] += sample[i] * weight[o];
}

inline void add_product_of_each(float* __restrict sum, const float* __restrict sample, const float* __restrict weight,
                                std::size_t channels) {
  for (std::size_t c = 0; c < channels; ++c) sum[c] += sample[c] * weight[c];
}

void add(float* __restrict out, const float* __restrict a, const float* __restrict b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out[i] = a[i] + b[i];
}

void slope_negative(float* __restrict out, const float* __restrict in, const float* __restrict slope,
                    std::size_t count, std::size_t channels) {
  for (; count >= channels; count -= channels, out += channels, in += channels)
    for (std::size_t c = 0; c < channels; ++c) out[c] = std::max(in[c], 0.0F) + slope[c] * std::min(in[c], 0.0F);
}

void convolve(const Values& in, Shape from, Values& out, Shape to, const Values& weights, const Values& bias,
              const Window& window) {
  const int ahead_y = before(window.same, from.height, to.height, window.stride_y, window.y);
  const int ahead_x = before(window.same, from.width, to.width, window.stride_x, window.x);
  const auto outputs = static_cast<std::size_t>(to.channels), inputs = static_cast<std::size_t>(from.channels);
  for (int y = 0; y < to.height; ++y)
    for (int x = 0; x < to.width; ++x) {
      float* sum = out.data() + static_cast<std::size_t>(y * to.width + x) * outputs;
      std::copy(bias.begin(), bias.end(), sum);
      const Place rows = place(y, window.stride_y, ahead_y, window.y, from.height),
                  columns = place(x, window.stride_x, ahead_x, window.x, from.width);
      for (int v = rows.from; v < rows.to; ++v)
        for (int u = columns.from; u < columns.to; ++u) {
          const float* sample =
              in.data() + static_cast<std::size_t>((rows.begin + v) * from.width + columns.begin + u) * inputs;
          const float* weight = weights.data() + static_cast<std::size_t>(v * window.x + u) * inputs * outputs;
          add_products(sum, sample, weight, inputs, outputs);
        }
    }
}

/// Calls take(output values, input values, tap) for every sample that a window meets.
template <class Take>
void each_window(const Values& in, Shape from, Values& out, Shape to, const Window& window, const Take& take) {
  const int ahead_y = before(window.same, from.height, to.height, window.stride_y, window.y);
  const int ahead_x = before(window.same, from.width, to.width, window.stride_x, window.x);
  const auto channels = static_cast<std::size_t>(to.channels);
  for (int y = 0; y < to.height; ++y)
    for (int x = 0; x < to.width; ++x) {
      const Place rows = place(y, window.stride_y, ahead_y, window.y, from.height),
                  columns = place(x, window.stride_x, ahead_x, window.x, from.width);
      for (int v = rows.from; v < rows.to; ++v)
        for (int u = columns.from; u < columns.to; ++u)
          take(out.data() + static_cast<std::size_t>(y * to.width + x) * channels,
               in.data() + static_cast<std::size_t>((rows.begin + v) * from.width + columns.begin + u) * channels,
               static_cast<std::size_t>(v * window.x + u));
    }
}

/// In the smallest memory that is left over and large enough, else in new one.
void renew(Values& out, std::size_t size, std::vector<Values>& spare) {
  auto best = spare.end();
  for (auto one = spare.begin(); one != spare.end(); ++one)
    if (one->capacity() >= size && (best == spare.end() || one->capacity() < best->capacity())) best = one;
  if (best != spare.end()) {
    out = std::move(*best);
    spare.erase(best);
  }
  out.assign(size, 0.0F);
}

void pad(const Values& in, Shape from, Values& out, Shape to) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(to.width * to.height); ++i)
    std::copy_n(in.data() + i * static_cast<std::size_t>(from.channels), from.channels,
                out.data() + i * static_cast<std::size_t>(to.channels));
}

}  // namespace

Result<Network> Network::load(ByteView file) {
  if (file.size() > file_bytes_max || file.size() < 8) return wrong("network", "not a model, or too large");
  return NetworkFile{file}.read();
}

/// `out` is as large as its shape says, and all 0.
void Network::perform(const Step& step, std::vector<Values>& values) const {
  const Shape from = tensors_[step.inputs[0]].shape, to = tensors_[step.output].shape;
  const Values& in = values[step.inputs[0]];
  Values& out = values[step.output];
  const Window window{step.same, step.stride_x, step.stride_y, step.window_x, step.window_y};
  const auto channels = static_cast<std::size_t>(to.channels);
  switch (step.kind) {
    case Kind::convolve:
      convolve(in, from, out, to, tensors_[step.inputs[1]].constant, tensors_[step.inputs[2]].constant, window);
      break;
    case Kind::convolve_each: {
      const Values &weights = tensors_[step.inputs[1]].constant, &bias = tensors_[step.inputs[2]].constant;
      for (std::size_t i = 0; i < out.size(); i += channels)
        std::copy(bias.begin(), bias.end(), out.begin() + static_cast<std::ptrdiff_t>(i));
      each_window(in, from, out, to, window, [&](float* sum, const float* sample, std::size_t tap) {
        add_product_of_each(sum, sample, weights.data() + tap * channels, channels);
      });
      break;
    }
    case Kind::pool_max:
      std::ranges::fill(out, -3e38F);
      each_window(in, from, out, to, window, [&](float* most, const float* sample, std::size_t) {
        for (std::size_t c = 0; c < channels; ++c) most[c] = std::max(most[c], sample[c]);
      });
      break;
    case Kind::add:
      add(out.data(), in.data(), values[step.inputs[1]].data(), out.size());
      break;
    case Kind::cut_negative:
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(0.0F, in[i]);
      break;
    case Kind::slope_negative: {
      slope_negative(out.data(), in.data(), tensors_[step.inputs[1]].constant.data(), out.size(), channels);
      break;
    }
    case Kind::reshape: out = in; break;
    case Kind::pad: pad(in, from, out, to); break;
    case Kind::join: {
      std::size_t at = 0;
      for (const std::size_t one : step.inputs) {
        std::ranges::copy(values[one], out.begin() + static_cast<std::ptrdiff_t>(at));
        at += values[one].size();
      }
      break;
    }
    case Kind::widen: break;
  }
}

std::vector<Values> Network::run(std::span<const float> input) const {
  std::vector<Values> values(tensors_.size());
  values[input_].assign(input.begin(), input.end());
  values[input_].resize(tensors_[input_].shape.size());
  std::vector<std::size_t> last_read(tensors_.size(), 0);
  for (std::size_t i = 0; i < steps_.size(); ++i)
    for (const std::size_t one : steps_[i].inputs) last_read[one] = i;
  for (const std::size_t output : outputs_) last_read[output] = steps_.size();
  // What no later step reads lends its memory to the next: new pages cost more than all the sums.
  std::vector<Values> spare;
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    renew(values[step.output], tensors_[step.output].shape.size(), spare);
    perform(step, values);
    for (const std::size_t one : step.inputs)
      if (last_read[one] == i && one != step.output && values[one].capacity() > 0) spare.push_back(std::move(values[one]));
  }
  std::vector<Values> results;
  for (const std::size_t output : outputs_) results.push_back(values[output]);
  return results;
}

}  // namespace skranke::enrolment
