import express from 'express';
import { join } from 'node:path';
import { ensureFreshBuild } from './fresh-build.ts';
import { runFromTerminal } from './terminal.ts';

const root = join(import.meta.dirname, '..', '..');
const dist = join(root, 'dist');

const builtPages = () => {
  const handler = express.static(dist, {
    setHeaders: (response, path) => {
      // Names in assets/ carry a hash of their content; everything else is asked for again.
      const hashed = path.startsWith(join(dist, 'assets'));
      response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return Promise.resolve({ handler, close: () => Promise.resolve() });
};

await runFromTerminal(builtPages, () => ensureFreshBuild(root));
