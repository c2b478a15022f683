// The 64 subbands and their order.
#include "enrolment/wsq_parts.hpp"

namespace skranke::enrolment::wsq {
namespace {

std::array<Node, 4> split(const Node& node) {
  const int small_x = node.width / 2, small_y = node.height / 2;
  const int left = node.high_x ? small_x : node.width - small_x, top = node.high_y ? small_y : node.height - small_y;
  std::array<Node, 4> parts{};
  for (std::size_t i = 0; i < 4; ++i) {
    const bool right = i % 2 != 0, below = i >= 2;
    Node& part = parts[i];
    part.x = node.x + (right ? left : 0);
    part.y = node.y + (below ? top : 0);
    part.width = right ? node.width - left : left;
    part.height = below ? node.height - top : top;
    part.high_x = right;
    part.high_y = below;
  }
  return parts;
}

class Builder {
 public:
  std::array<Node, 4> divide(const Node& node) {
    tree.nodes.push_back(node);
    return split(node);
  }
  void name(const Node& node) { tree.bands[next++] = node; }
  void name_four(const Node& node) {
    for (const Node& part : divide(node)) name(part);
  }
  void name_sixteen(const Node& node) {
    for (const Node& part : divide(node)) name_four(part);
  }

  Tree tree;
  std::size_t next = 0;
};

}  // namespace

Tree make_tree(int width, int height) {
  Builder builder;
  Node whole;
  whole.width = width;
  whole.height = height;
  const std::array<Node, 4> first = builder.divide(whole), second = builder.divide(first[0]);
  const std::array<Node, 4> third = builder.divide(second[0]), fourth = builder.divide(third[0]);
  builder.name_four(fourth[0]);                                     // 0 to 3: the lowest of the low
  for (std::size_t i = 1; i < 4; ++i) builder.name(fourth[i]);      // 4 to 6
  for (std::size_t i = 1; i < 4; ++i) builder.name_four(third[i]);  // 7 to 18
  builder.name_sixteen(second[1]);                                  // 19 to 34
  builder.name_sixteen(second[2]);                                  // 35 to 50
  builder.name(second[3]);                                          // 51
  builder.name_four(first[1]);                                      // 52 to 55
  builder.name_four(first[2]);                                      // 56 to 59
  for (const Node& part : split(first[3])) builder.name(part);      // 60 to 63: never sent, so never split
  return builder.tree;
}

}  // namespace skranke::enrolment::wsq
