#pragma once
// Test data by name, and how far two pictures are apart.
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "enrolment/pictures.hpp"

namespace skranke::enrolment::test {

inline Bytes load(const std::string& name) {
  std::ifstream file{std::filesystem::path{SKRANKE_ENROLMENT_DATA} / name, std::ios::binary};
  Bytes bytes{std::istreambuf_iterator<char>{file}, {}};
  if (bytes.empty()) throw std::runtime_error{"no test data: " + name};
  return bytes;
}

inline Image print_of(const std::string& name) {
  Result<Image> image = png_decode(load("fingers/" + name + ".png"));
  if (!image) throw std::runtime_error{image.error().text()};
  return std::move(*image);
}

/// Rows of a CSV file with a header line, as cells by column name.
inline std::vector<std::map<std::string, std::string>> table(const std::string& name) {
  const Bytes bytes = load(name);
  std::istringstream lines{text_of(bytes)};
  std::vector<std::string> columns;
  std::vector<std::map<std::string, std::string>> rows;
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> cells;
    std::istringstream parts{line};
    for (std::string cell; std::getline(parts, cell, ',');) cells.push_back(cell);
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) row[columns[i]] = cells[i];
    for (const std::string& column : columns) row.try_emplace(column);  // empty cells at the end
  }
  return rows;
}

inline double psnr(const Image& a, const Image& b) {
  if (a.pixels.size() != b.pixels.size() || a.pixels.empty()) return 0;
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const double difference = static_cast<double>(a.pixels[i]) - static_cast<double>(b.pixels[i]);
    sum += difference * difference;
  }
  return sum == 0 ? 99 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.pixels.size()) / sum);
}

}  // namespace skranke::enrolment::test
