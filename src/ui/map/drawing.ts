import type { MeshLayout, Place } from '../../state/mesh-layout.ts';

/** Where a dot is now, in pixels from the middle; between two layouts while it moves. */
export interface Spot {
  readonly place: Place;
  readonly angle: number;
  readonly radius: number;
  readonly x: number;
  readonly y: number;
}
export type Spots = ReadonlyMap<string, Spot>;

/** The tokens that the picture is painted with. */
export interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly line: string;
  readonly accent: string;
  readonly olive: string;
}

/** From here on links are bundles: thinner, and only the tree is drawn (chosen). */
export const CROWD = 80;
/** Around the outermost ring, pixels: half a dot, and the focus of the one that is looked at. */
const MARGIN = 16;
/** Of the picture's radius: how far the host's glow reaches. */
const GLOW = 0.42;
/** What is not looked at steps back so far. */
const FADED = 0.32;

export const pictureRadius = (size: number): number => Math.max(1, size / 2 - MARGIN);

/** @param share how far the dots have gone from where they were, 0 to 1 */
export function spotsOf(layout: MeshLayout, before: Spots, share: number, size: number): Spots {
  const scale = pictureRadius(size);
  const spots = new Map<string, Spot>();
  for (const [id, place] of layout.places) {
    const start = before.get(id) ?? before.get(place.from ?? '');
    let { angle } = place;
    let radius = place.radius * scale;
    if (start && share < 1) {
      const turn = Math.atan2(Math.sin(angle - start.angle), Math.cos(angle - start.angle));
      // Out of the middle there is no turn to make.
      if (start.radius > 1) angle = start.angle + turn * share;
      radius = start.radius + (radius - start.radius) * share;
    }
    spots.set(id, { place, angle, radius, x: radius * Math.cos(angle), y: radius * Math.sin(angle) });
  }
  return spots;
}

/** Who is at that point, pixels from the middle; on a touch screen nearly there is enough. */
export function spotAt(spots: Spots, x: number, y: number, reach: number): string | null {
  let nearest: string | null = null;
  let least = reach;
  for (const [id, spot] of spots) {
    const distance = Math.hypot(spot.x - x, spot.y - y);
    if (distance >= least) continue;
    nearest = id;
    least = distance;
  }
  return nearest;
}

/** Paints it all, once. @param size of the square, CSS pixels; the context is scaled to them */
export function paint(
  context: CanvasRenderingContext2D,
  layout: MeshLayout,
  spots: Spots,
  chosen: string | null,
  colours: Colours,
  size: number,
): void {
  const scale = pictureRadius(size);
  const crowded = layout.places.size > CROWD;
  context.clearRect(0, 0, size, size);
  context.save();
  context.translate(size / 2, size / 2);
  context.lineCap = 'round';
  paintRings(context, layout, colours, scale);
  const looksAt = chosen !== null && spots.has(chosen) ? chosen : null;
  context.globalAlpha = looksAt === null ? 1 : FADED;
  paintFeeds(context, layout, spots, colours, crowded);
  paintDots(context, layout, spots.values(), colours, scale);
  context.globalAlpha = 1;
  if (looksAt !== null) paintShare(context, layout, spots, looksAt, colours, crowded, scale);
  paintHost(context, layout, colours, scale);
  context.restore();
}

function paintRings(context: CanvasRenderingContext2D, { rings }: MeshLayout, colours: Colours, scale: number): void {
  const glow = context.createRadialGradient(0, 0, 0, 0, 0, scale * GLOW);
  glow.addColorStop(0, `color-mix(in srgb, ${colours.accent} 26%, transparent)`);
  glow.addColorStop(1, `color-mix(in srgb, ${colours.accent} 0.5%, transparent)`);
  context.fillStyle = glow;
  disc(context, 0, 0, scale * GLOW);
  context.strokeStyle = colours.line;
  context.globalAlpha = 0.4;
  context.lineWidth = 1;
  for (const radius of rings) {
    context.beginPath();
    context.arc(0, 0, radius * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Equal widths in one path: a crowd costs four strokes, and where links meet they don't grow darker. */
function paintFeeds(
  context: CanvasRenderingContext2D,
  { feeds }: MeshLayout,
  spots: Spots,
  colours: Colours,
  crowded: boolean,
): void {
  const alpha = context.globalAlpha;
  context.strokeStyle = colours.olive;
  for (const main of crowded ? [true] : [false, true]) {
    context.globalAlpha = alpha * (main ? 0.62 : 0.2);
    for (let stripes = 1; stripes <= 4; stripes++) {
      context.lineWidth = widthOf(stripes, crowded) * (main ? 1 : 0.7);
      context.beginPath();
      for (const feed of feeds) {
        if (feed.main === main && feed.stripes === stripes)
          trace(context, spots.get(feed.from), spots.get(feed.to), main);
      }
      context.stroke();
    }
  }
  context.globalAlpha = alpha;
}

/** Filled dots pass on, and grow with what they pass on; hollow ones only watch. */
function paintDots(
  context: CanvasRenderingContext2D,
  layout: MeshLayout,
  spots: Iterable<Spot>,
  colours: Colours,
  scale: number,
): void {
  context.strokeStyle = colours.olive;
  for (const { place, x, y } of spots) {
    if (place.ring === 0) continue;
    const radius = dotRadius(layout, place) * scale;
    const isFilled = place.feeds > 0;
    context.fillStyle = isFilled ? colours.olive : colours.paper;
    context.lineWidth = Math.min(1.75, Math.max(0.75, radius / 3));
    disc(context, x, y, isFilled ? radius : radius - context.lineWidth / 2);
    if (!isFilled) context.stroke();
  }
}

/** One viewer's share: the way that the show takes to it, its other sources, and whom it feeds. */
function paintShare(
  context: CanvasRenderingContext2D,
  layout: MeshLayout,
  spots: Spots,
  chosen: string,
  colours: Colours,
  crowded: boolean,
  scale: number,
): void {
  const way = new Set<string>();
  for (let id: string | null = chosen; id !== null && !way.has(id);) {
    way.add(id);
    id = layout.places.get(id)?.from ?? null;
  }
  const near = new Set(way);
  for (const { from, to, stripes, main } of layout.feeds) {
    const feeds = from === chosen;
    const onTheWay = main && way.has(to);
    if (!feeds && !onTheWay && to !== chosen) continue;
    near.add(from).add(to);
    context.strokeStyle = feeds ? colours.olive : colours.ink;
    context.globalAlpha = main || feeds ? 1 : 0.6;
    context.lineWidth = Math.max(1, widthOf(stripes, crowded) * (crowded ? 1.6 : 1));
    context.beginPath();
    trace(context, spots.get(from), spots.get(to), main);
    context.stroke();
  }
  context.globalAlpha = 1;
  const others = [...near].flatMap((id) => spots.get(id) ?? []);
  paintDots(context, layout, others, colours, scale);
  const spot = spots.get(chosen);
  if (!spot || spot.place.ring === 0) return;
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(spot.x, spot.y, Math.max(5, dotRadius(layout, spot.place) * scale) + 3.5, 0, 2 * Math.PI);
  context.stroke();
}

function paintHost(context: CanvasRenderingContext2D, layout: MeshLayout, colours: Colours, scale: number): void {
  context.fillStyle = colours.accent;
  disc(context, 0, 0, Math.max(8, Math.max(layout.dot * 1.4, 0.032) * scale));
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** A branch leaves its parent outwards and arrives from inside, so siblings share their way at first: a bundle. */
function trace(
  context: CanvasRenderingContext2D,
  from: Spot | undefined,
  to: Spot | undefined,
  isBranch: boolean,
): void {
  if (!from || !to) return;
  context.moveTo(from.x, from.y);
  if (isBranch && from.radius > 1) {
    const middle = (from.radius + to.radius) / 2;
    context.bezierCurveTo(
      middle * Math.cos(from.angle),
      middle * Math.sin(from.angle),
      middle * Math.cos(to.angle),
      middle * Math.sin(to.angle),
      to.x,
      to.y,
    );
  } else {
    // Links across lean inwards, away from the dots of their ring.
    const lean = isBranch ? 1 : 0.72;
    context.quadraticCurveTo(((from.x + to.x) / 2) * lean, ((from.y + to.y) / 2) * lean, to.x, to.y);
  }
}

const widthOf = (stripes: number, crowded: boolean): number => (crowded ? 0.3 + 0.3 * stripes : 0.6 + 0.9 * stripes);

/** Half the size for those who pass nothing on, all of it for four times the show. */
function dotRadius({ dot, showBps }: MeshLayout, { peer }: Place): number {
  const times = peer === null || showBps <= 0 ? 0 : peer.sentBps / showBps;
  return dot * (0.55 + 0.45 * Math.sqrt(Math.min(1, times / 4)));
}
