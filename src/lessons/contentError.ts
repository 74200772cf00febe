/** A fault in a content file, with the place that an author must look at. */
export class ContentError extends Error {
  readonly file: string;
  readonly line: number;
  /** What is wrong, without the place. */
  readonly reason: string;

  /** `file` from the repository's root; `line` counts from 1. */
  constructor(file: string, line: number, reason: string) {
    super(`${file}:${line}: ${reason}`);
    this.name = 'ContentError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}
