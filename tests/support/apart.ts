import type { BrowserContext } from '@playwright/test';

/** What the prepared pages call. */
interface Bindings {
  noteDescription(sdp: string): Promise<void>;
  isRefused(sdp: string): Promise<boolean>;
}

const nameIn = (sdp: string): string => /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? '';

/**
 * A NAT between two pages. Real ICE runs between them and finds no way: one page gets the other's descriptions with a
 * wrong password, so no connectivity check between them is answered, while links to everybody else come up.
 *
 * It differs from a real NAT: the other page's checks do arrive.
 */
export class Apart {
  /** Links between the two that were tried. */
  tried = 0;
  readonly #names = new Set<string>();

  /** For the page that can't be reached. */
  readonly unreachable = async (context: BrowserContext): Promise<void> => {
    await context.exposeBinding('noteDescription', (_, sdp: string) => void this.#names.add(nameIn(sdp)));
    await context.addInitScript(() => {
      const test = globalThis as unknown as Bindings;
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
          await super.setLocalDescription(description);
          await test.noteDescription(this.localDescription?.sdp ?? '');
        }
      };
    });
  };

  /** For the page that can't reach it. */
  readonly outside = async (context: BrowserContext): Promise<void> => {
    await context.exposeBinding('isRefused', (_, sdp: string) => {
      const refused = this.#names.has(nameIn(sdp));
      if (refused) this.tried += 1;
      return refused;
    });
    await context.addInitScript(() => {
      const test = globalThis as unknown as Bindings;
      globalThis.RTCPeerConnection = class extends RTCPeerConnection {
        override async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
          const wrong = sdp.replace(/a=ice-pwd:\S+/g, `a=ice-pwd:${'x'.repeat(24)}`);
          await super.setRemoteDescription({ type, sdp: (await test.isRefused(sdp)) ? wrong : sdp });
        }
      };
    });
  };
}
