import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { offlineCopy } from './src/server/offline-files.ts';
import manifest from './package.json' with { type: 'json' };

export default defineConfig({
  // Relative addresses: dist/ works from any static host and any sub-folder.
  base: './',
  plugins: [svelte({ configFile: false }), offlineCopy()],
  resolve: {
    // Parts of PeerJS that are not used.
    alias: {
      'webrtc-adapter': fileURLToPath(new URL('src/adapters/door/no-webrtc-adapter.ts', import.meta.url)),
      'peerjs-js-binarypack': fileURLToPath(new URL('src/adapters/door/no-binary-pack.ts', import.meta.url)),
    },
  },
  define: { __VERSION__: JSON.stringify(manifest.version) },
  // Every browser that plays the show knows modulepreload.
  // The largest part by far, the encoder for AAC, is loaded by those who ask for it.
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
    // Small files that pages load anyway, every one of them or those with a show: in two they take less than in two dozen.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'show-parts',
              test: /src\/(core\/fmp4\/(box-reader|boxes|fragment|fragment-reader|tracks)|adapters\/(keys\/(show-keys|stored-show|person-keys)|player\/media-source|room\/people-list)|core\/stream-id)/,
            },
            {
              name: 'page-parts',
              test: /src\/(ui\/(parts\/(CopyButton|Notice|Rings|Switch)\.svelte|messages\/plural|say|surroundings|room\/name-of)|app\/problem)|@lucide\/svelte\/dist\/(Icon|icons\/(x|check))\.svelte/,
            },
          ],
        },
      },
    },
  },
  test: {
    environment: 'node',
    passWithNoTests: true,
    maxWorkers: 2, // what the smallest machine has; Vitest would leave one of its two cores idle
    projects: [
      // In one go: a fresh environment for each file would take twice as long as the tests.
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 30_000,
        },
      },
      { extends: true, test: { name: 'sim', include: ['tests/sim/**/*.test.ts'], testTimeout: 120_000 } },
    ],
  },
});
