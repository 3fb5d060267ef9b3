import type { Nat } from '../scenario.ts';

/** Share of pairs in which an `independent` peer meets a `symmetric` one (CONTRACT). */
const MIXED_SHARE = 0.6;

/** Whether two peers can get a direct connection. @param draw of this pair, from [0, 1), always the same */
export function meets(a: Nat, b: Nat, draw: number): boolean {
  if (a === 'blocked' || b === 'blocked') return false;
  if (a === 'open' || b === 'open') return true;
  if (a === 'symmetric' && b === 'symmetric') return false;
  return a === b || draw < MIXED_SHARE;
}
