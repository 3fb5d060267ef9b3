/** A small picture that a person's key makes: who copies a name can't copy it. */
export interface Portrait {
  /** Of the colour, degrees. */
  readonly hue: number;
  /** Squares of a 5 × 5 field, by column and row; left and right are alike, as faces are. */
  readonly squares: readonly { readonly x: number; readonly y: number }[];
}

/** @param person a public key in hexadecimal digits, as drawn by chance as can be */
export function portraitOf(person: string): Portrait {
  const byte = (at: number): number => Number.parseInt(person.slice(at * 2, at * 2 + 2), 16) || 0;
  const squares: { x: number; y: number }[] = [];
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 3; x++) {
      if (byte(2 + y * 3 + x) % 2 === 0) continue;
      squares.push({ x, y });
      if (x < 2) squares.push({ x: 4 - x, y });
    }
  }
  return { hue: Math.round((byte(0) * 256 + byte(1)) / 182.05), squares };
}

/** Four digits that tell people of the same name apart. */
export const tagOf = (person: string): string => person.slice(0, 4);
