import express, { type Express } from 'express';

/** A show on this site that is on air, and whose host's door is open. */
interface OpenShow {
  readonly streamId: string;
  /** As its host announced it; may be empty. */
  readonly title: string;
  /** Unix time, ms. */
  readonly sinceMs: number;
}

/** What the broker knows the hosts' pages as: the only names of this form. */
const HOST_DOOR = /^passaparola-([0-9a-z]{26})$/;
/** Characters, as in an announcement; and bytes of a request. Chosen: four for each, and a little. */
const MAX_TITLE = 80;
const MAX_BODY_BYTES = 512;

/**
 * Shows on this site, for its home page. A host's page says itself when it goes on air and when it is over; who may do so is
 * told by the broker: whoever holds the show's door, from the same device. Nobody is listed without having said so.
 */
export class OpenShows {
  /** Devices that hold a host's door, by its show. */
  readonly #doors = new Map<string, string | undefined>();
  readonly #shows = new Map<string, OpenShow>();

  /** Somebody registered at the broker. */
  opened(name: string, address: string | undefined): void {
    const streamId = HOST_DOOR.exec(name)?.[1];
    if (streamId !== undefined) this.#doors.set(streamId, address);
  }

  closed(name: string): void {
    const streamId = HOST_DOOR.exec(name)?.[1];
    if (streamId === undefined) return;
    this.#doors.delete(streamId);
    this.#shows.delete(streamId);
  }

  /** `GET /shows.json`, and `PUT` and `DELETE /shows/<id>`: other sites' pages can't send those without being asked for. */
  mount(app: Express): void {
    app.get('/shows.json', (_, response) => {
      response.set('Cache-Control', 'no-store').json([...this.#shows.values()]);
    });
    app.put('/shows/:streamId', express.json({ limit: MAX_BODY_BYTES }), ({ params, socket, body }, response) => {
      const { title } = Object(body) as { title?: unknown };
      const { streamId } = params;
      if (typeof title !== 'string' || title.length > MAX_TITLE) response.sendStatus(400);
      else if (!this.#holds(streamId, socket.remoteAddress)) response.sendStatus(403);
      else {
        const sinceMs = this.#shows.get(streamId)?.sinceMs ?? Date.now();
        this.#shows.set(streamId, { streamId, title, sinceMs });
        response.sendStatus(204);
      }
    });
    app.delete('/shows/:streamId', ({ params, socket }, response) => {
      if (this.#holds(params.streamId, socket.remoteAddress)) this.#shows.delete(params.streamId);
      response.sendStatus(204);
    });
  }

  #holds(streamId: string, address: string | undefined): boolean {
    return address !== undefined && this.#doors.get(streamId) === address;
  }
}
