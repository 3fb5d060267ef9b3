import type { ProblemCode } from '../../app/problem.ts';

/** What a person reads about a problem. */
export interface ProblemText {
  /** What happened. */
  readonly what: string;
  /** What to do about it. */
  readonly next: string;
}

/** A pair of sentences for every problem there is. */
export type ProblemCatalogue = Readonly<Record<ProblemCode, ProblemText>>;
