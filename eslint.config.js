import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';

/**
 * The layers of ARCHITECTURE.md: imports run one way only. a layer imports itself and what is listed;
 * only `src/main.ts`, in no layer, joins all of them.
 */
const layers = {
  core: { mayImport: [], message: 'core imports only core, lib0 and @noble' },
  app: { mayImport: ['core'], message: 'app imports only core; adapters fill its ports' },
  adapters: { mayImport: ['core', 'app'], message: 'adapters import core, and the ports of app' },
  state: { mayImport: ['app', 'core'], message: 'state imports app' },
  ui: { mayImport: ['state', 'app'], message: 'ui imports state' },
  server: { mayImport: [], message: 'the server stands alone' },
};

/** `no-restricted-paths` names what is forbidden: every layer that is not allowed, the entry and the tests. */
const zones = Object.entries(layers).map(([layer, { mayImport, message }]) => ({
  target: `./src/${layer}`,
  from: [
    ...Object.keys(layers)
      .filter((other) => other !== layer && !mayImport.includes(other))
      .map((other) => `./src/${other}`),
    './src/main.ts',
    './tests',
  ],
  message,
}));

/** Packages and type-only permissions of a layer. */
const restrictImports = (patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });
const browserPackages =
  '^(svelte|@lucide/svelte|peerjs|simple-peer|mediabunny|idb|uqr|y-webrtc|y-indexeddb)(/|$)|^node:';

const ambientGlobals = [
  'globalThis',
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'requestAnimationFrame',
].map((name) => ({ name, message: 'core gets time, timers and randomness through ports' }));

export default defineConfig(
  { ignores: ['dist', 'test-results', 'playwright-report'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylisticTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        parser: ts.parser, // of the scripts in .svelte files
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.svelte'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.svelte'] })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-undef': 'off', // the compiler knows better, and knows which globals each folder has
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'use a union of literals' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'use a module' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser },
    rules: {
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      'svelte/no-at-html-tags': 'error',
      'svelte/block-lang': ['error', { script: ['ts'] }],
    },
  },
  {
    // Here the plain compiler takes imported components and snippets for `any`; svelte-check knows their types.
    files: ['**/*.svelte'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((use) => [
        `@typescript-eslint/no-unsafe-${use}`,
        'off',
      ]),
    ),
  },
  {
    files: ['src/core/**'],
    rules: {
      ...restrictImports([
        { regex: String.raw`^(?!\.{1,2}/|lib0/|@noble/)`, message: 'core imports only core, lib0 and @noble' },
      ]),
      'no-restricted-globals': ['error', ...ambientGlobals],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'time comes in as a parameter' },
        { object: 'Math', property: 'random', message: 'randomness comes in through a port' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'use a union of literals' },
        { selector: 'TSModuleDeclaration[kind="namespace"]', message: 'use a module' },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'time comes in as a parameter' },
      ],
    },
  },
  {
    files: ['src/app/**'],
    rules: restrictImports([{ regex: browserPackages, message: 'app reaches browser and packages through ports' }]),
  },
  {
    files: ['src/adapters/**'],
    rules: restrictImports([
      {
        regex: String.raw`^(\.\./)+app/(?!problem\.ts$)`,
        allowTypeImports: true,
        message: 'adapters fill the ports of app: import types only',
      },
      { regex: String.raw`^(svelte|@lucide/svelte)(/|$)`, message: 'components live in ui' },
    ]),
  },
  {
    files: ['src/state/**'],
    rules: restrictImports([
      { regex: String.raw`^(\.\./)+core/`, allowTypeImports: true, message: 'state takes only types from core' },
    ]),
  },
  {
    files: ['src/ui/**'],
    rules: restrictImports([
      { regex: String.raw`^(\.\./)+app/`, allowTypeImports: true, message: 'ui takes only types from app' },
      { regex: String.raw`^(peerjs|simple-peer|mediabunny|idb)(/|$)`, message: 'browser packages live in adapters' },
    ]),
  },
  {
    files: ['src/server/**', 'tests/**', '*.config.{ts,js}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**'],
    rules: {
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: ['**/*.js'], extends: [ts.configs.disableTypeChecked] },
);
