import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import { isPassedOn } from './own-addresses.ts';

/** A show on this site that is on air, and whose host's door is open. */
interface OpenShow {
  readonly streamId: string;
  /** As its host announced it; may be empty. */
  readonly title: string;
  /** Unix time, ms. */
  readonly sinceMs: number;
}

/** Shows that are remembered (chosen: the oldest go first). */
const MAX_SHOWS = 200;

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
  /** A door that is closed for a moment leaves its show in here, unlisted. */
  readonly #shows = new Map<string, { readonly show: OpenShow; readonly address: string }>();

  /** Somebody registered at the broker. */
  opened(name: string, address: string | undefined): void {
    const streamId = HOST_DOOR.exec(name)?.[1];
    if (streamId !== undefined) this.#doors.set(streamId, address);
  }

  closed(name: string): void {
    const streamId = HOST_DOOR.exec(name)?.[1];
    if (streamId !== undefined) this.#doors.delete(streamId);
  }

  /** `GET /shows.json`, and `PUT` and `DELETE /shows/<id>`: other sites' pages can't send those without being asked for. */
  mount(app: Express): void {
    app.get('/shows.json', (_, response) => {
      response.set('Cache-Control', 'no-store').json(this.#listed);
    });
    app.put('/shows/:streamId', express.json({ limit: MAX_BODY_BYTES }), (request, response) => {
      const { title } = Object(request.body) as { title?: unknown };
      const { streamId } = request.params;
      const address = this.#holder(streamId, request);
      if (typeof title !== 'string' || title.length > MAX_TITLE) response.sendStatus(400);
      else if (address === null) response.sendStatus(403);
      else {
        const sinceMs = this.#shows.get(streamId)?.show.sinceMs ?? Date.now();
        this.#shows.set(streamId, { show: { streamId, title, sinceMs }, address });
        const [oldest] = this.#shows.keys();
        if (this.#shows.size > MAX_SHOWS && oldest !== undefined) this.#shows.delete(oldest);
        response.sendStatus(204);
      }
    });
    app.delete('/shows/:streamId', (request, response) => {
      if (this.#holder(request.params.streamId, request) !== null) this.#shows.delete(request.params.streamId);
      response.sendStatus(204);
    });
    // A body that is none costs its sender an answer, and nobody a line in the terminal.
    app.use('/shows', ((error, _, response, __) => {
      response.sendStatus((error as { status?: number }).status ?? 400);
    }) satisfies ErrorRequestHandler);
  }

  get #listed(): OpenShow[] {
    return [...this.#shows.values()].flatMap(({ show, address }) =>
      this.#doors.get(show.streamId) === address ? [show] : [],
    );
  }

  /** The address of who asks, if it holds that show's door; behind a proxy nobody has one of his own. */
  #holder(streamId: string, request: Request<object>): string | null {
    const { remoteAddress } = request.socket;
    const isOwn = remoteAddress !== undefined && !isPassedOn(request.headers);
    return isOwn && this.#doors.get(streamId) === remoteAddress ? remoteAddress : null;
  }
}
