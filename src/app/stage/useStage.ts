import { useEffect, useState } from 'react';
import type { Cursor, Timeline } from '../../lab/timeline.ts';
import type { Engine, StageDriver } from './engine.ts';
import { createStage, type Plan, type StageStore } from './store.ts';

export interface StageHandle {
  readonly store: StageStore;
  readonly plan: Plan;
  /** Undefined until the engine is there. */
  readonly driver: StageDriver | undefined;
  readonly engine: Engine | undefined;
}

/** Where a stage starts when an address asks for it. */
export type Start = { readonly timeline: Timeline; readonly cursor: Cursor } | undefined;

/**
 * A stage and its engine, which is loaded apart after the page stands. `start` is asked once, when the engine is there:
 * it may replay what an address carries.
 */
export function useStage(plan: Plan, start?: (engine: Engine) => Promise<Start> | Start): StageHandle {
  const [store] = useState(createStage);
  const [loaded, setLoaded] = useState<{ driver: StageDriver; engine: Engine }>();
  const [asked] = useState(() => start);
  useEffect(() => {
    let gone = false;
    const load = async () => {
      const { engine } = await import('./engine.ts');
      const from = await asked?.(engine);
      if (!gone) setLoaded({ engine, driver: engine.drive(store, plan, from) });
    };
    load().catch(() => {
      // The chunk is gone after a new release: the server has the page in its new form.
      if (!gone) window.location.reload();
    });
    return () => {
      gone = true;
    };
  }, [store, plan, asked]);
  return { store, plan, driver: loaded?.driver, engine: loaded?.engine };
}
