/** The command line asks for something that there is not. Its message says what was given and what there is, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
