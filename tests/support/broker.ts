import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { Broker } from '../../src/adapters/site-config.ts';
import { mountBroker } from '../../src/server/broker.ts';
import { OpenShows } from '../../src/server/open-shows.ts';

/** Nobody listens there: connecting is refused at once. */
export const DEAD_BROKER: Broker = { host: '127.0.0.1', port: 9, path: '/peer/', secure: false, key: 'peerjs' };

/** The embedded broker alone. */
export interface RunningBroker {
  readonly broker: Broker;
  stop(): Promise<void>;
}

/** Starts it on this computer only. @param port 0 for a free one */
export async function startBroker(port = 0): Promise<RunningBroker> {
  const app = express();
  const server = createServer(app);
  const dropEveryone = mountBroker(app, [server], new OpenShows());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    broker: { ...DEAD_BROKER, port: (server.address() as AddressInfo).port },
    stop: async () => {
      dropEveryone();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Somebody at a broker who speaks to it directly, and so may send anything. */
export interface Stranger {
  /** What the broker has passed on to it since. */
  readonly heard: readonly unknown[];
  send(message: object): void;
  leave(): void;
}

/** Registers under that name. */
export async function registerStranger({ port }: Broker, id: string): Promise<Stranger> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/peer/peerjs?key=peerjs&id=${id}&token=${id}`);
  await once(socket, 'message'); // OPEN
  const heard: unknown[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString())));
  return {
    heard,
    send: (message) => {
      socket.send(JSON.stringify(message));
    },
    leave: () => {
      socket.terminate();
    },
  };
}
