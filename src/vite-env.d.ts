/// <reference types="vite/client" />
/// <reference types="svelte" />

/** Version of package.json, put in at build time. */
declare const __VERSION__: string;
