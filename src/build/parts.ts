import type { Plugin } from 'vite';

/**
 * Serves `virtual:commands`: every command at once, but in a page the few that it starts with; the page then loads
 * src/shell/commands.ts as a chunk of its own.
 */
export function commandParts(): Plugin {
  return {
    name: 'command-parts',
    resolveId: { filter: { id: /^virtual:commands$/ }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:commands$/ },
      handler() {
        const part = this.environment.config.consumer === 'client' ? 'firstCommands' : 'commands';
        return `import '/src/shell/${part}.ts';`;
      },
    },
  };
}

/** d3-selection and d3-transition patch prototypes on loading; nothing here selects or transitions, so they may fall away. */
export function withoutPatches(): Plugin {
  return {
    name: 'd3-without-patches',
    transform: {
      filter: { id: /[\\/]node_modules[\\/]d3(?:-\w+)?[\\/]/ },
      handler: (code) => ({ code, map: null, moduleSideEffects: false }),
    },
  };
}
