import { STRIP_SHARE, stripBits } from '../../core/clock-strip.ts';
import type { PatternGrain } from './pattern-grain.ts';

/** The show's own colours: paper, ink, terracotta and olive. */
const PAPER = '#fbf8f3';
const LINE = '#e6dfd3';
const INK = '#1d1a16';
const TERRACOTTA = '#c4482b';
const OLIVE = '#5d6b3c';

const RINGS = 6;
const RING_PERIOD_MS = 6000;
const TURN = 2 * Math.PI;

type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws the test pattern as of a moment (unix ms): spreading rings, a clock with a second hand, grain, the clock strip. */
export function drawPattern(brush: Brush, grain: PatternGrain, unixMs: number): void {
  const { width, height } = brush.canvas;
  const middle = { x: width / 2, y: height * 0.44 };
  const unit = Math.min(width, height);
  brush.fillStyle = PAPER;
  brush.fillRect(0, 0, width, height);
  drawRings(brush, middle, unit, unixMs);
  drawClock(brush, middle, unit * 0.2, unixMs);
  drawTime(brush, { x: width / 2, y: height * 0.78 }, unit, unixMs);
  grain.lay(brush, width, height);
  drawStrip(brush, width, height, unixMs);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function drawRings(brush: Brush, middle: Point, unit: number, unixMs: number): void {
  brush.lineWidth = unit / 120;
  for (let ring = 0; ring < RINGS; ring += 1) {
    const way = (unixMs / RING_PERIOD_MS + ring / RINGS) % 1;
    brush.globalAlpha = 1 - way;
    brush.strokeStyle = ring % 3 === 0 ? OLIVE : TERRACOTTA;
    circle(brush, middle, unit * (0.2 + way * 0.7));
    brush.stroke();
  }
  brush.globalAlpha = 1;
}

function drawClock(brush: Brush, middle: Point, radius: number, unixMs: number): void {
  brush.fillStyle = PAPER;
  brush.strokeStyle = LINE;
  brush.lineWidth = radius / 16;
  circle(brush, middle, radius);
  brush.fill();
  brush.stroke();
  brush.strokeStyle = INK;
  for (let hour = 0; hour < 12; hour += 1) spoke(brush, middle, (hour / 12) * TURN, radius * 0.8, radius * 0.9);
  brush.strokeStyle = TERRACOTTA;
  spoke(brush, middle, ((unixMs % 60_000) / 60_000) * TURN, 0, radius * 0.78);
  brush.fillStyle = TERRACOTTA;
  circle(brush, middle, radius / 14);
  brush.fill();
}

function drawTime(brush: Brush, middle: Point, unit: number, unixMs: number): void {
  brush.fillStyle = INK;
  brush.font = `${Math.round(unit / 10)}px ui-serif, Georgia, serif`;
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.fillText(new Date(unixMs).toISOString().slice(11, 21), middle.x, middle.y);
}

function drawStrip(brush: Brush, width: number, height: number, unixMs: number): void {
  const bits = stripBits(unixMs);
  const top = Math.floor(height * (1 - STRIP_SHARE));
  bits.forEach((isWhite, index) => {
    const left = Math.round((index * width) / bits.length);
    const right = Math.round(((index + 1) * width) / bits.length);
    brush.fillStyle = isWhite ? '#fff' : '#000';
    brush.fillRect(left, top, right - left, height - top);
  });
}

function circle(brush: Brush, { x, y }: Point, radius: number): void {
  brush.beginPath();
  brush.arc(x, y, radius, 0, TURN);
}

/** A line outwards from the middle; angle 0 points up, then clockwise. */
function spoke(brush: Brush, { x, y }: Point, angle: number, from: number, to: number): void {
  brush.beginPath();
  brush.moveTo(x + Math.sin(angle) * from, y - Math.cos(angle) * from);
  brush.lineTo(x + Math.sin(angle) * to, y - Math.cos(angle) * to);
  brush.stroke();
}
