/** Unix time, ms, as a date field of the browser holds it: local, to the minute. Null is an empty field. */
export function toField(ms: number | null): string {
  if (ms === null) return '';
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What a date field holds as Unix time, ms; null while it is not filled in. */
export function fromField(value: string): number | null {
  const ms = value === '' ? Number.NaN : new Date(value).getTime();
  return Number.isNaN(ms) ? null : ms;
}
