import { describe, expect, test } from 'vitest';
import { parseOptions, StartError } from '../../../src/server/options.ts';

describe('options of the site', () => {
  test('without any: port 4173, plain http, every address', () => {
    expect(parseOptions([])).toEqual({ port: 4173, https: false, host: null });
  });

  test('each is read in both spellings', () => {
    expect(parseOptions(['--port', '8080', '--https', '--host=127.0.0.1'])).toEqual({
      port: 8080,
      https: true,
      host: '127.0.0.1',
    });
    expect(parseOptions(['--port=0']).port).toBe(0);
  });

  test.each(['65536', '-1', '80a', '', ' 80', '1e3', '0x50', '8080.5'])('port "%s" is refused', (port) => {
    expect(() => parseOptions([`--port=${port}`])).toThrow(StartError);
    expect(() => parseOptions([`--port=${port}`])).toThrow('not a number from 0 to 65535');
  });

  test.each([['--prot', '1'], ['4000'], ['--port'], ['--https=yes']])('%s is refused in one line', (...args) => {
    expect(() => parseOptions(args)).toThrow(StartError);
    expect(() => parseOptions(args)).toThrow(/^Can't use .*--port NUMBER.*$/);
  });
});
