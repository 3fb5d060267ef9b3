import { ProblemError } from '../../app/problem.ts';

/** What an error of the file system means to a person. */
export function asFileProblem(cause: unknown): ProblemError {
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return new ProblemError(isFull ? 'download-full' : 'download-failed', { cause });
}
