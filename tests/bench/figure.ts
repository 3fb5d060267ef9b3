/** One row of the report: what was measured, the bar, and whether it holds. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: number | null;
  readonly holds: boolean;
}

/** At most the bar holds; `atLeast` turns it round. */
export function figure(name: string, value: number, unit: string, bar: number | null, atLeast = false): Figure {
  const holds = bar === null || (atLeast ? value >= bar : value <= bar);
  return { name, value: Math.round(value * 100) / 100, unit, bar, holds };
}
