import '../support/node-webrtc.ts';
import process from 'node:process';
import type { Order } from './node-crowd.ts';
import { NodeViewer } from './node-viewer.ts';

/** The process of a `NodeCrowd`: does as it is told, and ends with its parent. */
const viewers: NodeViewer[] = [];

process.on('message', (order: Order) => {
  switch (order.type) {
    case 'join':
      viewers.push(new NodeViewer(order.seats));
      return;
    case 'look':
      process.send?.(viewers.map((viewer) => viewer.look()));
      return;
    case 'leave':
      for (const viewer of viewers.splice(0)) viewer.close();
      return;
  }
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
