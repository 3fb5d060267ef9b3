import type { Snapshot } from '../app/snapshot.ts';

declare global {
  /** Diagnostics for the Stats panel, tests and whoever is curious; present while a show is open. */
  var passaparola: { readonly snapshot: () => Snapshot } | undefined;
}

/** Publishes a session's diagnostics as `globalThis.passaparola`; returns the way to take them back. */
export function publishDiagnostics(snapshot: () => Snapshot): () => void {
  const published = { snapshot };
  globalThis.passaparola = published;
  return () => {
    if (globalThis.passaparola === published) Reflect.deleteProperty(globalThis, 'passaparola');
  };
}
