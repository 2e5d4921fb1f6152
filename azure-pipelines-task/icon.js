'use strict';
// Draws the icons that are committed beside it: a container that is broken, on the plus of first aid.
//   node azure-pipelines-task/icon.js

const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const blue = [0, 98, 173];
const white = [255, 255, 255];
const red = [214, 57, 45];
const clear = null;

// All lengths are parts of the icon's side.
const inside = (x, y, left, top, right, bottom) => x >= left && x <= right && y >= top && y <= bottom;

function rounded(x, y, left, top, right, bottom, radius) {
  const dx = Math.max(left + radius - x, 0, x - (right - radius));
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
  return dx * dx + dy * dy <= radius * radius;
}

// crack is the jagged line that goes down the container.
function crack(x, y) {
  const bend = 0.035 * (1 - 2 * Math.abs(((y * 7) % 2) - 1));
  return inside(x, y, 0, 0.3, 1, 0.86) && Math.abs(x - 0.36 - bend) < 0.022;
}

function colour(x, y) {
  if (inside(x, y, 0.655, 0.17, 0.785, 0.56) || inside(x, y, 0.525, 0.3, 0.915, 0.43)) return red;
  if (rounded(x, y, 0.61, 0.125, 0.83, 0.605, 0.03) || rounded(x, y, 0.48, 0.255, 0.96, 0.475, 0.03)) return white;
  if (!rounded(x, y, 0.08, 0.3, 0.86, 0.86, 0.06)) return clear;
  if (crack(x, y)) return white;
  const rib = [0.2, 0.5, 0.6, 0.7].some((at) => inside(x, y, at - 0.016, 0.4, at + 0.016, 0.76));
  return rib ? white : blue;
}

// pixel is the mean colour of 4 × 4 points within it, as red, green, blue, opacity.
function pixel(px, py, side) {
  const sum = [0, 0, 0];
  let covered = 0;
  for (let i = 0; i < 16; i++) {
    const c = colour((px + ((i % 4) + 0.5) / 4) / side, (py + (Math.floor(i / 4) + 0.5) / 4) / side);
    if (c === clear) continue;
    covered++;
    c.forEach((v, k) => { sum[k] += v; });
  }
  return covered === 0 ? [0, 0, 0, 0] : [...sum.map((v) => Math.round(v / covered)), Math.round((covered * 255) / 16)];
}

function chunk(type, data) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(zlib.crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
  return out;
}

// png is the icon as a PNG file of 8 bits a channel with opacity (colour type 6).
function png(side) {
  const rows = [];
  for (let y = 0; y < side; y++) {
    rows.push(0); // no filter
    for (let x = 0; x < side; x++) rows.push(...pixel(x, y, side));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(Buffer.from(rows), { level: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}

fs.writeFileSync(path.join(__dirname, 'icon.png'), png(32)); // of the task, in a pipeline's list of steps
fs.writeFileSync(path.join(__dirname, 'extension.png'), png(128)); // of the extension, in the marketplace
