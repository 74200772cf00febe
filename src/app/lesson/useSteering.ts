import { useEffect } from 'react';
import { setUi } from '../stage/store.ts';
import type { StageHandle } from '../stage/useStage.ts';

/** A step is being read once it has passed this part of the window's height. */
const READING = 0.3;

/** The prose steers the stage: the host stands where the step that is being read leaves it. */
export function useSteering({ store, driver }: StageHandle): void {
  useEffect(() => {
    if (typeof IntersectionObserver === 'undefined') return;
    const steps = [...document.querySelectorAll<HTMLElement>('[data-step]')];
    // A block that was run farther down stays, until the reader has come to another step.
    let last = store.getState().ui.step;
    const look = () => {
      const line = window.innerHeight * READING;
      const step = steps.findLast((one) => one.getBoundingClientRect().top < line)?.id;
      if (step === last) return;
      last = step;
      if (driver) driver.steerTo(step);
      else setUi(store, { step });
    };
    // The root is one line across the window; a step that crosses it, from above or below, calls for a look.
    const margin = `${-READING * 100}% 0px ${-(1 - READING) * 100}% 0px`;
    const observer = new IntersectionObserver(look, { rootMargin: margin });
    for (const step of steps) observer.observe(step);
    return () => observer.disconnect();
  }, [store, driver]);
}
