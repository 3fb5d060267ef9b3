/** Nobody needs to know more precisely (chosen). */
const LONG_HOURS = 100;

/** Numbers with units as people of a language write them. */
export function unitsOf(language: string) {
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const unit = (of: string) => new Intl.NumberFormat(language, { style: 'unit', unit: of, unitDisplay: 'long' });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const moment = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const relative = new Intl.RelativeTimeFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const list = new Intl.ListFormat(language);
  const about = (value: number): string => (value < 10 ? short : whole).format(value);
  return {
    /** Bits per second as Mbit/s. */
    megabits: (bitsPerSecond: number): string => `${about(bitsPerSecond / 1e6)} Mbit/s`,
    /** Bytes in the decimal unit that suits them. */
    bytes: (bytes: number): string => {
      if (bytes >= 1e9) return `${about(bytes / 1e9)} GB`;
      if (bytes >= 1e6) return `${about(bytes / 1e6)} MB`;
      return `${whole.format(bytes / 1e3)} kB`;
    },
    /** Hours, below two as minutes: how much still fits. */
    hours: (hours: number): string =>
      hours < 2
        ? unit('minute').format(Math.floor(hours * 60))
        : unit('hour').format(Math.min(LONG_HOURS, Math.floor(hours))),
    /** Day and time, of Unix time in ms. */
    day: (ms: number): string => day.format(ms),
    /** When a show is to begin, of Unix time in ms, in the time zone of this device, which it names. */
    moment: (ms: number): string => moment.format(ms),
    /** "In 3 days". */
    inDays: (days: number): string => relative.format(days, 'day'),
    /** A share, 0 to 1, as a whole percentage. */
    percent: (share: number): string => percent.format(share),
    /** The time of day, of Unix time in ms. */
    time: (ms: number): string => time.format(ms),
    /** A count in the Stats panel. */
    count: (count: number): string => whole.format(count),
    /** "A, B and C". */
    list: (names: readonly string[]): string => list.format(names),
  };
}

/** A clock: `0:07`, `12:34`, `1:02:03`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}
