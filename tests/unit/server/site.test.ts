import { once } from 'node:events';
import { get } from 'node:https';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { StartError } from '../../../src/server/options.ts';
import { type OpenPages, serveSite, type Site } from '../../../src/server/site.ts';

/** Unlike the real ones, these pages are one line of text. */
const onePage: OpenPages = () =>
  Promise.resolve({ handler: (_request, response) => response.send('a page'), close: () => Promise.resolve() });

const sites: Site[] = [];
const serve = async (port = 0, https = false): Promise<Site> => {
  const site = await serveSite({ port, https, host: '127.0.0.1' }, onePage);
  sites.push(site);
  return site;
};
/** What is there, whoever made the certificate. */
const securely = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });

afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

describe('the site', () => {
  test('serves pages, config and broker on one port', async () => {
    const { local } = (await serve()).addresses;
    expect(await (await fetch(local)).text()).toBe('a page');
    const config = await fetch(`${local}config.json`);
    expect(config.headers.get('cache-control')).toBe('no-store');
    const { ownAddresses, ...fixed } = (await config.json()) as { ownAddresses: unknown };
    expect(fixed).toEqual({ brokers: [{ path: '/peer' }], iceServers: [], offersHttps: false, listsShows: true });
    expect(Array.isArray(ownAddresses)).toBe(true);
    expect(await (await fetch(`${local}peer/peerjs/id`)).text()).toMatch(/^[\w-]{16,}$/);
  });

  test('the broker passes a message from one client to another', async () => {
    const { local } = (await serve()).addresses;
    const open = async (id: string) => {
      const socket = new WebSocket(`${local.replace('http', 'ws')}peer/peerjs?key=peerjs&id=${id}&token=${id}`);
      await once(socket, 'message'); // OPEN
      return socket;
    };
    const [anna, bruno] = [await open('anna'), await open('bruno')];
    const heard = once(bruno, 'message') as Promise<[Buffer]>;
    anna.send(JSON.stringify({ type: 'OFFER', dst: 'bruno', payload: 'ciao' }));
    expect(JSON.parse((await heard)[0].toString())).toEqual({
      type: 'OFFER',
      src: 'anna',
      dst: 'bruno',
      payload: 'ciao',
    });
  });

  test('lists the shows whose hosts say that they are on air, while they are there', async () => {
    const { local } = (await serve()).addresses;
    const id = '0123456789abcdefghjkmnpq00';
    const list = async (): Promise<unknown> => (await fetch(`${local}shows.json`)).json();
    const tell = async (title: unknown, streamId = id, type = 'application/json', more = {}) => {
      const body = JSON.stringify({ title });
      return (
        await fetch(`${local}shows/${streamId}`, { method: 'PUT', headers: { 'Content-Type': type, ...more }, body })
      ).status;
    };
    expect(await tell('Spoons')).toBe(403); // its door is not open
    const address = local.replace('http', 'ws');
    const door = new WebSocket(`${address}peer/peerjs?key=peerjs&id=passaparola-${id}&token=t`);
    await once(door, 'message');
    expect(await list()).toEqual([]);
    expect(await tell('Spoons')).toBe(204);
    expect(await list()).toEqual([{ streamId: id, title: 'Spoons', sinceMs: expect.any(Number) as number }]);
    expect(await tell('x'.repeat(81))).toBe(400);
    expect(await tell(7)).toBe(400);
    expect(await tell('x'.repeat(10_000))).toBe(413);
    expect(await tell('Spoons', id, 'text/plain')).toBe(400); // what another site's form could send
    expect(await tell('Spoons', 'constructor')).toBe(403);
    await fetch(`${local}shows/${id}`, { method: 'DELETE' });
    expect(await list()).toEqual([]);
    expect(await tell('Forks')).toBe(204);
    expect(await tell('Knives', id, 'application/json', { via: 'a proxy' })).toBe(403);
    door.close();
    await expect.poll(list).toEqual([]);
    const again = new WebSocket(`${address}peer/peerjs?key=peerjs&id=passaparola-${id}&token=t`);
    await once(again, 'message');
    expect(await list()).toMatchObject([{ title: 'Forks' }]); // it was gone for a moment only
  });

  test('hangs up on a message that is too long, and on sockets for nobody', async () => {
    const { local } = (await serve()).addresses;
    const address = local.replace('http', 'ws');
    const flood = new WebSocket(`${address}peer/peerjs?key=peerjs&id=flood&token=t`);
    await once(flood, 'message');
    flood.send('x'.repeat(65 * 1024));
    const [code] = (await once(flood, 'close')) as [number];
    expect(code).toBe(1009); // "message too big", RFC 6455
    const stray = new WebSocket(`${address}elsewhere`);
    await expect(once(stray, 'open')).rejects.toThrow('socket hang up');
  });

  test('with https it answers in both ways on one port, and those who come either way meet at one broker', async () => {
    const { local } = (await serve(0, true)).addresses;
    const plain = local.replace('https', 'http');
    expect(local).toMatch(/^https:/);
    expect(await securely(local)).toBe('a page');
    expect(await (await fetch(plain)).text()).toBe('a page');
    expect(await (await fetch(`${plain}config.json`)).json()).toMatchObject({ offersHttps: true });
    const open = async (url: string, id: string) => {
      const address = `${url.replace('http', 'ws')}peer/peerjs?key=peerjs&id=${id}&token=${id}`;
      const socket = new WebSocket(address, { rejectUnauthorized: false });
      await once(socket, 'message');
      return socket;
    };
    const [host, viewer] = [await open(local, 'host'), await open(plain, 'viewer')];
    const heard = once(host, 'message') as Promise<[Buffer]>;
    viewer.send(JSON.stringify({ type: 'OFFER', dst: 'host', payload: 'ciao' }));
    expect(JSON.parse((await heard)[0].toString())).toMatchObject({ src: 'viewer', payload: 'ciao' });
    host.close();
    viewer.close();
  });

  test('who connects to such a port and says nothing, or nonsense, keeps nobody from it', async () => {
    const { local } = (await serve(0, true)).addresses;
    const port = Number(new URL(local).port);
    const quiet = connect(port, '127.0.0.1');
    const rude = connect(port, '127.0.0.1');
    rude.write(Buffer.from([22, 255, 255, 255, 255, 0]));
    const gone = connect(port, '127.0.0.1');
    await Promise.all([quiet, rude, gone].map((socket) => once(socket, 'connect')));
    gone.destroy();
    expect(await securely(local)).toBe('a page');
    for (const socket of [quiet, rude]) socket.on('error', () => undefined).destroy();
  });

  test('a port in use is explained in one line', async () => {
    const port = Number(new URL((await serve()).addresses.local).port);
    await expect(serve(port)).rejects.toThrow(StartError);
    await expect(serve(port)).rejects.toThrow(`Port ${port} is in use. Stop what runs there, or take another`);
  });
});
