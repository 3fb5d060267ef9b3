/** A field of a scenario is impossible, missing or unknown; the message begins with its name. */
export class InvalidField extends Error {}

export const invalid = (path: string, reason: string): InvalidField => new InvalidField(`${path}: ${reason}`);

/** The fields of one object, and where in the file it stands. */
export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  readonly path: string;
}

/** Turns what stands in the file into a value. @throws InvalidField */
type Parse<T> = (value: unknown, path: string) => T;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** @throws InvalidField when it is no object or has a field that is not in `known` */
export function fieldsOf(json: unknown, path: string, known: readonly string[]): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw invalid(path === '' ? 'scenario' : path, 'not an object');
  }
  for (const name of Object.keys(json)) if (!known.includes(name)) throw invalid(join(path, name), 'unknown');
  return { values: json as Record<string, unknown>, path };
}

/** A field that must be there. */
export function field<T>({ values, path }: Fields, name: string, parse: Parse<T>): T {
  if (!Object.hasOwn(values, name)) throw invalid(join(path, name), 'missing');
  return parse(values[name], join(path, name));
}

/** A field that may be left out. */
export function optional<T>(fields: Fields, name: string, parse: Parse<T>, otherwise: NoInfer<T>): T {
  return Object.hasOwn(fields.values, name) ? field(fields, name, parse) : otherwise;
}

export const numberIn =
  (least: number, most: number): Parse<number> =>
  (value, path) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(path, 'not a number');
    if (value < least || value > most) throw invalid(path, `${value} is not between ${least} and ${most}`);
    return value;
  };

export const text: Parse<string> = (value, path) => {
  if (typeof value !== 'string' || value === '' || value.length > 100) throw invalid(path, 'not a short text');
  return value;
};

export const oneOf =
  <T extends string | boolean>(choices: readonly T[]): Parse<T> =>
  (value, path) => {
    const choice = choices.find((known) => known === value);
    if (choice === undefined) throw invalid(path, `not one of ${choices.join(', ')}`);
    return choice;
  };

export const listOf =
  <T>(parse: Parse<T>, least: number): Parse<T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw invalid(path, 'not a list');
    if (value.length < least) throw invalid(path, 'empty');
    return value.map((entry: unknown, index) => parse(entry, `${path}[${index}]`));
  };
