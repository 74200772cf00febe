/** One compared step: the command, and whether words and status are those of the real host. */
export interface ComparedStep {
  readonly cmd: string;
  readonly equal: boolean;
  readonly exit: boolean;
}
export function compareScenario(
  recorded: object,
  replayed: object | undefined,
): { readonly id: string; readonly steps: readonly ComparedStep[] };
