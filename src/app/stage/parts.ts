import { expectParts } from '../../engine/linux/program.ts';
import type { complete } from '../../shell/complete.ts';

// The build runs with all of them.
expectParts(!import.meta.env.SSR);

let loading: Promise<void> | undefined;
let completion: typeof complete | undefined;

async function load(): Promise<void> {
  const [shell] = await Promise.all([import('../../shell/complete.ts'), import('virtual:later')]);
  completion = shell.complete;
  expectParts(false);
}

/** Loads the code that a page does not start with. Rejects when the network fails; then it may be asked again. */
export function loadParts(): Promise<void> {
  loading ??= load().catch((fault: unknown) => {
    loading = undefined;
    throw fault;
  });
  return loading;
}

/** What could be meant where the cursor stands; undefined until all commands are there. */
export const completionOf = (): typeof complete | undefined => completion;
