import { type ComponentType, createContext, useContext } from 'react';
import type { StepCommand } from '../../lessons/lesson.ts';

/** What a lesson page gives to the directives of its prose. Without a widget the directive leaves no trace. */
export interface ProseWidgets {
  /** The step that the host stands at. */
  readonly activeStep?: string | undefined;
  /** Brings the host to the state after this block of a step; absent until the host can run. */
  readonly run?: ((commands: readonly StepCommand[]) => void) | undefined;
  /** Plays commands on a fresh host beside the prose, such as those of a question; absent until the host can run. */
  readonly show?: ((commands: readonly string[]) => void) | undefined;
  readonly Quiz?: ComponentType<{ readonly id: string }> | undefined;
  readonly Predict?: ComponentType<{ readonly id: string }> | undefined;
  readonly Lab?: ComponentType<{ readonly id: string }> | undefined;
}

const WidgetsContext = createContext<ProseWidgets>({});

export const ProseWidgetsProvider = WidgetsContext.Provider;

export function useProseWidgets(): ProseWidgets {
  return useContext(WidgetsContext);
}
