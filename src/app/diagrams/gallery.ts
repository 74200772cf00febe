import { type CourseLesson, modules } from 'virtual:curriculum';

const files = import.meta.glob('../../diagrams/*/diagram.ts');

/** Ids of the diagrams that exist: the folders of src/diagrams. */
export const diagramIds: readonly string[] = Object.keys(files)
  .map((path) => path.split('/').at(-2) ?? '')
  .sort();

/** One diagram of the gallery and the lesson that explains it. */
export interface GalleryDiagram {
  readonly id: string;
  readonly lesson: CourseLesson;
}

/** The diagram of an id with its lesson; undefined when either does not exist. */
export function findDiagram(id: string): GalleryDiagram | undefined {
  if (!diagramIds.includes(id)) return undefined;
  const lesson = modules.flatMap((module) => module.lessons).find((entry) => entry.diagram === id);
  return lesson === undefined ? undefined : { id, lesson };
}
