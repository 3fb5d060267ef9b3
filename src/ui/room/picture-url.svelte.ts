/** An address for bytes of a picture, given back when the component goes. @param jpeg never changes; null: no picture */
export function pictureUrl(jpeg: Uint8Array | null): string | null {
  const url = jpeg && URL.createObjectURL(new Blob([jpeg.slice()], { type: 'image/jpeg' }));
  $effect(() => () => {
    if (url !== null) URL.revokeObjectURL(url);
  });
  return url;
}
