import { ProblemError } from '../../app/problem.ts';
import type { SmallPicture } from '../../app/room-view.ts';

/** Tried one after the other until the picture is small enough: sides of the square, pixels, and JPEG's quality (chosen). */
const SIDES = [256, 192, 144, 96];
const QUALITIES = [0.82, 0.65, 0.45];
/** Under a picture with holes. */
const PAPER = '#fbf8f3';

/** The middle of a picture, square, as a JPEG. */
export const smallPicture: SmallPicture = async (file, mostBytes) => {
  const picture = await createImageBitmap(file).catch((cause: unknown) => {
    throw new ProblemError('picture-unreadable', { cause });
  });
  try {
    for (const side of SIDES) {
      const canvas = drawn(picture, side);
      for (const quality of QUALITIES) {
        const jpeg = await jpegOf(canvas, quality);
        if (jpeg.length > 0 && jpeg.length <= mostBytes) return jpeg;
      }
    }
  } finally {
    picture.close();
  }
  throw new ProblemError('picture-unreadable');
};

function drawn(picture: ImageBitmap, side: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [side, side];
  const pen = canvas.getContext('2d');
  if (!pen) throw new ProblemError('picture-unreadable');
  const cut = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - cut) / 2, (picture.height - cut) / 2];
  pen.imageSmoothingQuality = 'high';
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, side, side);
  pen.drawImage(picture, left, top, cut, cut, 0, 0, side, side);
  return canvas;
}

/** Empty when the browser makes none. */
async function jpegOf(canvas: HTMLCanvasElement, quality: number): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
  return blob?.type === 'image/jpeg' ? new Uint8Array(await blob.arrayBuffer()) : new Uint8Array();
}
