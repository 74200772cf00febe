import { expectPrograms } from '../../engine/linux/program.ts';

// The build runs with all of them.
expectPrograms(!import.meta.env.SSR);

let loading: Promise<void> | undefined;

/** Loads the commands that a page does not start with. Rejects when the network fails; then it may be asked again. */
export function loadPrograms(): Promise<void> {
  loading ??= import('../../shell/commands.ts').then(
    () => expectPrograms(false),
    (fault: unknown) => {
      loading = undefined;
      throw fault;
    },
  );
  return loading;
}
