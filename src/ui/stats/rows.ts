import type { unitsOf } from '../messages/units.ts';

type Figure = string | number | null;

/** The values of one part of the diagnostics, under the names that scripts know, with units read off those names. */
export function rowsOf(values: object, units: ReturnType<typeof unitsOf>): { name: string; value: string }[] {
  return Object.entries(values as Record<string, Figure>).map(([name, value]) => ({
    name,
    value: shown(name, value, units),
  }));
}

function shown(name: string, value: Figure, units: ReturnType<typeof unitsOf>): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  if (/bitsPerSecond$/i.test(name)) return units.megabits(value);
  if (/^bytes|bytes/i.test(name)) return units.bytes(value);
  if (name.endsWith('Ms')) return `${units.count(value)} ms`;
  return units.count(value);
}
