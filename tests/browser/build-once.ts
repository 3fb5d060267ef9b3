import { ensureFreshBuild } from '../../src/server/fresh-build.ts';
import { ROOT } from '../support/site.ts';

/** Builds before the first test, so that no test's time pays for it. */
export default async function buildOnce(): Promise<void> {
  await ensureFreshBuild(ROOT);
}
