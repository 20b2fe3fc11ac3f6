// What the drawings share: a canvas that turns pieces of cloth into shaded, patterned SVG, and mirrored outlines.
// Coordinates are those of the 600 by 800 picture; the middle of a garment is x = 300.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "features/catalog/demo/color.h"

namespace marque::demo {

enum class Pattern { plain, stripes, dots, checks, floral, ornament, two_tone };
enum class Finish { matte, satin, knit, rib, denim, leather, tweed, felt };

// What a picture shows. `shape` names a drawing, `style` is the key of the product's cut.
struct Sketch {
    std::string_view shape;
    std::string_view style;
    Pattern pattern = Pattern::plain;
    Finish finish = Finish::matte;
    Rgb color;
    int variant = 0;
};

// The right half of a symmetric shape from the top middle to the bottom middle; x is the distance from the middle.
class Outline {
public:
    Outline(int x, int y);
    Outline& line(int x, int y);
    Outline& curve(int x1, int y1, int x2, int y2, int x, int y);
    // The whole closed path: this half and its mirror image.
    std::string closed() const;

private:
    struct Step {
        bool curved;
        int x1, y1, x2, y2, x, y;
    };
    int start_x_;
    int start_y_;
    std::vector<Step> steps_;
};

class Canvas {
public:
    explicit Canvas(const Sketch& sketch);

    // A piece of the main fabric: colour, volume, texture, pattern and a fine edge.
    void cloth(const std::string& path);
    // The same, with print and weave turned along the right sleeve.
    void sleeve_cloth(const std::string& path);
    // A piece in a plain colour with volume but no pattern: trimmings, soles, linings.
    void trim(const std::string& path, Rgb color);
    void trim_pair(const std::string& path, Rgb color);
    // A flat fill without an edge.
    void flat(const std::string& path, Rgb color, int opacity_percent = 100);

    // Shadows and lights of folds, cut off at the edge of `path`; call `fold` and `light` in between.
    void begin_folds(const std::string& path);
    void end_folds();
    void fold(const std::string& path, int width, int opacity_percent = 22);
    void light(const std::string& path, int width, int opacity_percent = 20);
    void fold_pair(const std::string& path, int width, int opacity_percent = 22);
    void light_pair(const std::string& path, int width, int opacity_percent = 20);

    // Fine lines: a seam, a dashed top stitch, and their mirror images.
    void seam(const std::string& path);
    void seam_pair(const std::string& path);
    void stitch(const std::string& path);
    void stitch_pair(const std::string& path);
    void line(const std::string& path, Rgb color, int width);
    void line_pair(const std::string& path, Rgb color, int width);
    void button(int x, int y, int radius);
    // A band of horn ornament centred at (x, y).
    void horns(int x, int y, int size_percent, Rgb color);
    // Repeats what was drawn since `mark()` mirrored, or moved.
    std::size_t mark() const { return body_.size(); }
    void mirror_since(std::size_t since);
    void repeat_moved(std::size_t since, int dx, int dy, int size_percent);

    Rgb color() const { return sketch_.color; }
    Rgb dark() const { return dark_; }
    Rgb pale() const { return pale_; }
    Rgb accent() const { return accent_; }
    Rgb metal() const { return {203, 171, 110}; }
    const Sketch& sketch() const { return sketch_; }

    // The finished picture: background, shadow, garment.
    std::string finish() const;
    // Only the definitions and the garment, for use inside a larger picture.
    std::string definitions() const;
    const std::string& garment() const { return body_; }
    Rgb backdrop() const;

private:
    void place(const std::string& id, bool sleeve);
    std::string define(const std::string& path);

    Sketch sketch_;
    Rgb dark_;
    Rgb pale_;
    Rgb accent_;
    std::string body_;
    std::string paths_;
    std::vector<std::pair<std::string, std::string>> defined_;
    bool has_button_ = false;
    bool has_horns_ = false;
    int next_id_ = 0;
};

}  // namespace marque::demo
