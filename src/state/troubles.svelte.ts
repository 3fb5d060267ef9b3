import { type ProblemCode, ProblemError } from '../app/problem.ts';

/** Something that went wrong while the page did what a person asked for. */
export type Trouble =
  | { readonly type: 'problem'; readonly code: ProblemCode }
  /** A defect: `details` is for whoever repairs it. */
  | { readonly type: 'unexpected'; readonly details: string };

const MAX_TROUBLES = 4; // chosen: more can't be read

/** The troubles that the person has not dismissed, newest last, each one once. */
export class Troubles {
  #current = $state.raw<readonly Trouble[]>([]);

  get current(): readonly Trouble[] {
    return this.#current;
  }

  /**
   * Does what a button asked for, and keeps what went wrong; earlier troubles are old news by then. Resolves to whether
   * it went well.
   */
  async attempt(deed: () => Promise<void>): Promise<boolean> {
    this.#current = [];
    try {
      await deed();
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  report(error: unknown): Trouble {
    const trouble = troubleOf(error);
    this.#current = [...this.#current.filter((other) => !isSame(other, trouble)), trouble].slice(-MAX_TROUBLES);
    return trouble;
  }

  reportCode(code: ProblemCode): void {
    this.report(new ProblemError(code));
  }

  dismiss(trouble: Trouble): void {
    this.#current = this.#current.filter((other) => other !== trouble);
  }
}

/** What an error means to a person. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ProblemError) return { type: 'problem', code: error.code };
  const details = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return { type: 'unexpected', details: details.slice(0, 4000) };
}

function isSame(one: Trouble, other: Trouble): boolean {
  return one.type === 'problem' && other.type === 'problem'
    ? one.code === other.code
    : one.type === 'unexpected' && other.type === 'unexpected' && one.details === other.details;
}
