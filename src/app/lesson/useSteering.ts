import { useEffect } from 'react';
import { setUi } from '../stage/store.ts';
import type { StageHandle } from '../stage/useStage.ts';

/** A step is being read once it has passed this part of the window's height. */
const READING = 0.3;

/** The prose steers the stage: the host stands where the step that is being read leaves it. */
export function useSteering({ store, driver }: StageHandle): void {
  useEffect(() => {
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
    // A reader may jump over many steps at once, to a question between two of them: only scrolling itself tells of it.
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    look();
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('scroll', onScroll);
    };
  }, [store, driver]);
}
