import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureFreshBuild } from '../../../src/server/fresh-build.ts';

let root: string;
const put = async (path: string, text: string, unixS: number) => {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  for (let path = file; path !== root; path = dirname(path)) await utimes(path, unixS, unixS);
};
const built = () => readFile(join(root, 'dist', 'index.html'), 'utf8');

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'passaparola-build-'));
  await put('index.html', '<p>new</p>', 1000);
  await put('src/ui/page.ts', 'export {};', 1000);
  await put('src/server/start.ts', 'export {};', 1000);
});
afterEach(() => rm(root, { recursive: true }));

test('builds what is missing', async () => {
  await ensureFreshBuild(root);
  expect(await built()).toContain('new');
});

test('leaves a build alone that is newer than its sources', async () => {
  await put('dist/index.html', 'old', 2000);
  await put('src/server/start.ts', 'export {};', 3000); // not part of the built site
  await utimes(join(root, 'src'), 1000, 1000);
  await ensureFreshBuild(root);
  expect(await built()).toBe('old');
});

test('builds again when a source changed deep down', async () => {
  await put('dist/index.html', 'old', 2000);
  await put('src/ui/page.ts', 'export {};', 3000);
  await ensureFreshBuild(root);
  expect(await built()).toContain('new');
});
