#pragma once
// Steps of the analysis of a print: field of cells, ridge map, skeleton.
#include <cstdint>
#include <vector>

#include "enrolment/image.hpp"
#include "enrolment/prints.hpp"

namespace skranke::enrolment {

constexpr int cell_side = 8;

struct Cell {
  float mean = 255, deviation = 0;
  float orientation = 0;  ///< of the ridges, radians in 0 to π
  float coherence = 0;
  bool marked = false;  ///< something is there
  bool usable = false;  ///< and can be read
};

struct Field {
  int columns = 0, rows = 0;
  std::vector<Cell> cells;
  [[nodiscard]] bool inside(int column, int row) const {
    return column >= 0 && row >= 0 && column < columns && row < rows;
  }
  [[nodiscard]] const Cell& at(int column, int row) const {
    return cells[static_cast<std::size_t>(row * columns + column)];
  }
  [[nodiscard]] Cell& at(int column, int row) { return cells[static_cast<std::size_t>(row * columns + column)]; }
  [[nodiscard]] bool usable(int column, int row) const { return inside(column, row) && at(column, row).usable; }
};

[[nodiscard]] Field field_of(const Image& print);
/// Pixels from ridge to ridge, the median over the field; 0 if it shows nowhere.
[[nodiscard]] double ridge_period(const Image& print, const Field& field);
/// One byte for each pixel: 1 on the middle line of a ridge.
[[nodiscard]] Bytes skeleton_of(const Image& print, const Field& field, double period);
[[nodiscard]] std::vector<Minutia> minutiae_of(const Bytes& skeleton, int width, int height, const Field& field);

}  // namespace skranke::enrolment
