import { join } from 'node:path';
import { createServer } from 'vite';
import { ROOT } from './site.ts';

/** Pages of `tests/browser/fixtures`, compiled on the fly. */
export interface FixtureServer {
  /** Ends with a slash; fixture pages lie directly below. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the fixtures on this computer only, on a free port. Packages are bundled beforehand, so no page reloads. */
export async function startFixtureServer(packages: readonly string[]): Promise<FixtureServer> {
  const vite = await createServer({
    root: join(ROOT, 'tests', 'browser', 'fixtures'),
    configFile: false,
    appType: 'mpa',
    logLevel: 'warn',
    cacheDir: join(ROOT, 'node_modules', '.vite-fixtures', packages.join('-').replaceAll('/', '_')),
    server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null, fs: { allow: [ROOT] } },
    optimizeDeps: { noDiscovery: true, include: [...packages] },
  });
  await vite.listen();
  const origin = vite.resolvedUrls?.local[0];
  if (origin === undefined) throw new Error('The fixture server has no address');
  return { url: origin, close: () => vite.close() };
}
