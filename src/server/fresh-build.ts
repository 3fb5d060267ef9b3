import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the built site is made of. */
const SOURCES = ['index.html', 'package.json', 'package-lock.json', 'vite.config.ts', 'public', 'src'];
/** Part of `src`, but not of the built site. */
const NOT_BUILT = new Set(['server']);

/** Builds `dist/` when it is missing or older than what it is made of. */
export async function ensureFreshBuild(root: string): Promise<void> {
  const builtMs = await modifiedMs(join(root, 'dist', 'index.html'));
  const changedMs = Math.max(...(await Promise.all(SOURCES.map((source) => newestMs(join(root, source))))));
  if (builtMs > changedMs) return;
  const { build } = await import('vite'); // loaded only when needed: starting a built site stays instant
  await build({ root, logLevel: 'warn' });
}

async function newestMs(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !(entry.isDirectory() && NOT_BUILT.has(entry.name))).map(({ name }) => name);
  return Math.max(await modifiedMs(path), ...(await Promise.all(names.map((name) => newestMs(join(path, name))))));
}

/** Milliseconds since 1970; 0 when there is no such file. */
async function modifiedMs(path: string): Promise<number> {
  const stats = await stat(path).catch(() => null);
  return stats?.mtimeMs ?? 0;
}
