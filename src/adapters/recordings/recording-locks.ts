/** The lock of a recording that is being written: the browser opens it when the page that holds it goes, however it goes. */
const nameOf = (id: string): string => `passaparola-recording-${id}`;

/** Locks between tabs; insecure pages have none, but those can't host either. */
const locks = (): LockManager | null => ('locks' in navigator ? navigator.locks : null);

/** Takes the lock of a recording; null when another page holds it. Returns the way to let go of it. */
export async function lockRecording(id: string): Promise<(() => void) | null> {
  const manager = locks();
  if (manager === null) return () => undefined;
  return new Promise((resolve) => {
    void manager.request(nameOf(id), { ifAvailable: true }, (lock) => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve(release);
      });
    });
  });
}

/** Whether some page writes a recording now. */
export async function lockedRecordings(): Promise<(id: string) => boolean> {
  const held = new Set(((await locks()?.query())?.held ?? []).map(({ name }) => name));
  return (id) => held.has(nameOf(id));
}
