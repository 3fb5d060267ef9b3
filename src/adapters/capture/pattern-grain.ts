type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Side of the tile that grain is laid out from, pixels: large enough that nobody sees it repeat (chosen). */
const TILE = 256;
/** How much of the tile shows, 0 to 1; measured: 360 lines take 2 Mbit/s with it, and from 0.09 on encoders see new scenes. */
const STRENGTH = 0.05;
/** Primes, so that two pictures in a row never lay their tiles alike. */
const STEP = { x: 97, y: 151 };

/**
 * Film grain over a picture, other in each: a drawn picture compresses to a fraction of a camera's, and a rehearsal is to
 * take as much of the line, and of everybody's processor, as the show will.
 */
export class PatternGrain {
  readonly #tile = makeTile();
  #laid = 0;

  /** Lays it over the upper part of a picture. @param height where it ends, pixels */
  lay(brush: Brush, width: number, height: number): void {
    this.#laid += 1;
    const [left, top] = [(this.#laid * STEP.x) % TILE, (this.#laid * STEP.y) % TILE];
    brush.globalAlpha = STRENGTH;
    for (let y = -top; y < height; y += TILE) {
      for (let x = -left; x < width; x += TILE) brush.drawImage(this.#tile, x, y);
    }
    brush.globalAlpha = 1;
  }
}

function makeTile(): OffscreenCanvas {
  const tile = new OffscreenCanvas(TILE, TILE);
  const brush = tile.getContext('2d');
  if (brush === null) return tile;
  const pixels = brush.createImageData(TILE, TILE);
  // One grey a pixel, as silver grain has it.
  new Uint32Array(pixels.data.buffer).forEach((_, at, all) => {
    all[at] = 0xff000000 | (Math.floor(Math.random() * 256) * 0x010101);
  });
  brush.putImageData(pixels, 0, 0);
  return tile;
}
