/**
 * Keeps a copy of the app, so that it starts without a network once it was opened. The site comes first when it
 * answers: everybody who opens a page gets the newest one, and two people in a show speak the same protocol.
 */

/** Every file of this version, as addresses relative to the worker; put in at build time. */
declare const __PRECACHE__: { readonly version: string; readonly files: readonly string[] };

/** The parts of a service worker that the DOM library does not describe. */
interface LastingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface AskedEvent extends LastingEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface TappedEvent extends LastingEvent {
  readonly notification: Notification;
}
interface Client {
  focus?(): Promise<unknown>;
  readonly url: string;
}
interface Worker {
  readonly clients: { claim(): Promise<void>; matchAll(options: { type: 'window' }): Promise<readonly Client[]> };
  readonly location: Location;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LastingEvent) => void): void;
  addEventListener(type: 'notificationclick', listener: (event: TappedEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: AskedEvent) => void): void;
}

const worker = globalThis as unknown as Worker;
const { version, files } = __PRECACHE__;

const PREFIX = 'passaparola-';
const OWN = `${PREFIX}${version}`;
/**
 * Copies that stay. A page that is open goes on with the version it began with, and still asks for parts of it that
 * it had no need of. Chosen: a show outlives two new versions.
 */
const KEPT_VERSIONS = 3;
/** How long the site may take to answer when there is a copy, ms. Chosen: a sign of life over a weak Wi-Fi. */
const PATIENCE_MS = 2000;

const home = new URL('./', worker.location.href).href;
const config = new URL('config.json', home).href;
const copied = new Set(files.map((file) => new URL(file, home).href));

worker.addEventListener('install', (event) => {
  // Pages that are open are served from their own version's copy, so nothing has to wait for them.
  event.waitUntil(
    caches
      .open(OWN)
      .then((cache) => cache.addAll([...copied]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCopies().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = request.url.split(/[?#]/, 1)[0] ?? '';
  if (request.method !== 'GET' || !url.startsWith(home)) return;
  if (request.mode === 'navigate') {
    if (url === home || url === `${home}index.html`) event.respondWith(siteFirst(request, home));
  } else if (url === config) event.respondWith(siteFirst(request, config, true));
  // Names in assets/ carry a hash of their content, so whichever copy has one has the right one.
  else if (copied.has(url) || url.startsWith(`${home}assets/`)) event.respondWith(copyFirst(request));
});

worker.addEventListener('notificationclick', (event) => {
  const { notification } = event;
  notification.close();
  // Its tag is the place that it speaks of.
  event.waitUntil(
    worker.clients
      .matchAll({ type: 'window' })
      .then((pages) => (pages.find(({ url }) => url.endsWith(notification.tag)) ?? pages[0])?.focus?.()),
  );
});

/** `caches.keys()` lists them in the order in which they were made. */
async function dropOldCopies(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== OWN);
  await Promise.all(names.slice(0, Math.max(0, names.length - KEPT_VERSIONS + 1)).map((name) => caches.delete(name)));
}

async function copyFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** @param keep the answer becomes the copy: for what a site may change without a new version */
async function siteFirst(request: Request, copy: string, keep = false): Promise<Response> {
  const cache = await caches.open(OWN);
  const kept = await cache.match(copy);
  const asked = fetch(request).then(async (answer) => {
    if (keep && answer.ok) await cache.put(copy, answer.clone());
    return answer;
  });
  if (!kept) return asked;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([asked.then((answer) => (answer.ok ? answer : kept)).catch(() => kept), late]);
}
