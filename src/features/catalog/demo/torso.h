// The upper body shared by everything with shoulders: outlines from a few measures, sleeves, necks, fronts and hems.
#pragma once

#include "features/catalog/demo/canvas.h"

namespace marque::demo {

enum class Sleeve { none, short_, elbow, long_, puff };

// Half widths and heights in picture units.
struct Torso {
    int neck = 46, neck_y = 176, neck_drop = 34;
    bool v_neck = false;
    int shoulder = 112, shoulder_y = 200;
    int chest = 112, armhole_y = 330;
    int waist = 108, waist_y = 470;
    int hem = 114, hem_y = 640, hem_dip = 8;
    Sleeve sleeve = Sleeve::short_;
    int sleeve_width = 100;  // percent
};

std::string torso_path(const Torso& torso);
std::string sleeve_path(const Torso& torso);
// The band along the sleeve's end, `height` tall.
std::string cuff_path(const Torso& torso, int height);
// The inside of the back, seen through the neckline.
std::string back_neck_path(const Torso& torso);

// Back neck, sleeves, body and the folds that make them look worn; quilted sleeves are stitched across.
void draw_torso(Canvas& canvas, const Torso& torso, bool quilted = false);
// A ribbed band of contrast along the neckline.
void draw_neck_band(Canvas& canvas, const Torso& torso, int width);
void draw_hem_band(Canvas& canvas, const Torso& torso, int height);
void draw_shirt_collar(Canvas& canvas, const Torso& torso);
void draw_placket(Canvas& canvas, int top_y, int bottom_y, int buttons);
void draw_belt(Canvas& canvas, int half_width, int y, bool buckle);

}  // namespace marque::demo
