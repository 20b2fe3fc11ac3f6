// One function per kind of garment: each draws its shape on a canvas, minding the sketch's style.
#pragma once

#include "features/catalog/demo/canvas.h"

namespace marque::demo {

// Draws what `canvas.sketch().shape` names; false when no such shape exists.
bool draw_shape(Canvas& canvas);

void draw_light_top(Canvas& canvas);  // t-shirts, polos, tanks, shirts, blouses, sports tops
void draw_warm_top(Canvas& canvas);   // sweaters, cardigans, turtlenecks, vests, hoodies
void draw_outerwear(Canvas& canvas);  // coats, trenches, jackets, puffers, chapans, felt vests
void draw_dress(Canvas& canvas);
void draw_bottoms(Canvas& canvas);  // trousers, jeans, shorts, leggings, joggers
void draw_skirt(Canvas& canvas);
void draw_shoes(Canvas& canvas);
void draw_bag(Canvas& canvas);
void draw_accessory(Canvas& canvas);  // scarves, hats, belts, glasses, kalpaks

}  // namespace marque::demo
