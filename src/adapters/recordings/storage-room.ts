import type { StorageRoom } from '../../app/recordings/recording.ts';

/** The browser's own account of its storage; pages without encryption get none. */
export const storageRoom: StorageRoom = {
  async askToStay() {
    try {
      return (await navigator.storage.persisted()) || (await navigator.storage.persist());
    } catch {
      return false;
    }
  },
  async measure() {
    try {
      const [{ usage, quota }, isKept] = await Promise.all([
        navigator.storage.estimate(),
        navigator.storage.persisted(),
      ]);
      const usedBytes = usage ?? null;
      const freeBytes = quota === undefined || usedBytes === null ? null : Math.max(0, quota - usedBytes);
      return { usedBytes, freeBytes, isKept };
    } catch {
      return { usedBytes: null, freeBytes: null, isKept: true }; // nothing is known, so nobody is alarmed
    }
  },
};
