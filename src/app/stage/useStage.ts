import { useEffect, useState } from 'react';
import type { Engine, StageDriver } from './engine.ts';
import { createStage, type Plan, type StageState, type StageStore, type Start } from './store.ts';

export interface StageHandle {
  readonly store: StageStore;
  readonly plan: Plan;
  /** Undefined until the engine is there. */
  readonly driver: StageDriver | undefined;
  readonly engine: Engine | undefined;
}

/** What readers made of a host, by its plan: they find it again when they come back, or in the other language. */
const left = new Map<string, StageState>();

const asks = ({ hash, search }: Location): boolean => /^#\d+\./.test(hash) || /[?&](?:at|scenario)=/.test(search);

async function startOf(plan: Plan): Promise<Start | undefined> {
  if (asks(window.location)) {
    const { openAddress } = await import('./links.ts');
    return openAddress(window.location, plan);
  }
  const before = left.get(plan.id);
  if (!before?.timeline || before.ui.steering) return undefined;
  const { timeline, cursor, ui } = before;
  return { timeline, cursor, selected: ui.selected, asText: ui.asText ?? false };
}

/**
 * A stage and its engine, which is loaded apart after the page stands. It starts where the address asks for, else where
 * it was left, else afresh. `steered`: the prose beside it moves it until the reader takes over.
 */
export function useStage(plan: Plan, steered = false): StageHandle {
  const [store] = useState(() => createStage(steered));
  const [loaded, setLoaded] = useState<{ driver: StageDriver; engine: Engine }>();
  useEffect(() => {
    let gone = false;
    const load = async () => {
      const { engine } = await import('./engine.ts');
      const start = await startOf(plan);
      if (!gone) setLoaded({ engine, driver: engine.drive(store, plan, start) });
    };
    load().catch(() => {
      // The chunk is gone after a new release: the server has the page in its new form.
      if (!gone) window.location.reload();
    });
    return () => {
      gone = true;
      left.set(plan.id, store.getState());
    };
  }, [store, plan]);
  const driver = loaded?.driver;
  useEffect(() => {
    // Another link to this page has been opened in its place.
    const onHash = () => {
      if (!driver || !asks(window.location)) return;
      void startOf(plan).then((start) => driver.open(start ?? {}));
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, [driver, plan]);
  return { store, plan, driver, engine: loaded?.engine };
}
