import process from 'node:process';
import { parseArgs } from 'node:util';
import { chatShow } from './chat-show.ts';

const USAGE = 'usage: npm run sim:room -- [--viewers N] [--seed N] [--json]';

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
if (![values.viewers, values.seed].every((value) => /^[1-9]\d{0,4}$/.test(value))) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const figures = await chatShow(Number(values.viewers), Number(values.seed));
if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
else {
  const { delayMs, joinedMs } = figures;
  process.stdout.write(
    [
      `${figures.viewers} viewers and a host, ${figures.messages} messages, seed ${values.seed}`,
      `a message is seen after: p50 ${delayMs.p50} ms, p95 ${delayMs.p95} ms, at the latest ${delayMs.max} ms`,
      `one room after the last has come: one by one ${joinedMs.oneByOne} ms, at once ${joinedMs.atOnce} ms, again ${joinedMs.again} ms`,
      `two islands are one ${figures.islandsMs} ms after they can meet`,
      `chat connections of a page: at most ${figures.mostLinks}; honest pages cut off: ${figures.cutOff}`,
      '',
    ].join('\n'),
  );
}
